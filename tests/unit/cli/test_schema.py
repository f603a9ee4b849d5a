"""What `chonai show --format json` gives is what docs/schema says, in every state that a change set goes through."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from tests.house.tree import ROOT
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import FINAL, MASS_LEAVE, OBJECTS, YAMADA, Town, wanted

SCHEMA = json.loads((ROOT / "docs" / "schema" / "change-set.schema.json").read_text(encoding="utf-8"))
CREW = ("--operator", "suzuki", "--watcher", "tanaka")


def shown(run: Run, id_: str) -> Any:
    """The document, checked."""
    data = json.loads(run("show", id_, "--format", "json").out)
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not [f"{error.json_path}: {error.message}" for error in validator.iter_errors(data)]
    return data


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_state_fits_the_schema(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), brakes=(MASS_LEAVE,))
    states = [shown(run, id_)["state"]]
    key = town.people.key("suzuki")
    run("approve", id_, "--as", "suzuki", "--key", key, "--release", "mass_leave")
    states.append(shown(run, id_)["state"])
    run("apply", id_, *CREW)
    states.append(shown(run, id_)["state"])
    undo = run("undo", id_).out.split(":")[0]
    run("approve", undo, "--as", "suzuki", "--key", key)
    run("apply", undo, *CREW)
    states += [shown(run, id_)["state"], shown(run, undo)["state"]]
    run("withdraw", other := town.seal(*wanted()), "--as", "sato", "--why", "planned twice", "--yes")
    states.append(shown(run, other)["state"])
    assert states == ["sealed", "approved", "applied", "undone", "applied", "withdrawn"]
    assert shown(run, undo)["undo_of"] == id_
    assert shown(run, id_)["undone_by"] == [undo]


def test_brakes_and_deletes_fit_the_schema(town: Town, run: Run) -> None:
    desired = {key: record for key, record in OBJECTS.items() if key != YAMADA}
    data = shown(run, town.seal(desired, {}, brakes=(FINAL, MASS_LEAVE)))
    assert [brake["releasable"] for brake in data["plans"][0]["brakes"]] == [False, True]
    assert data["plans"][0]["counts"]["delete"] == 1


def test_the_page_explains_every_field() -> None:
    page = (ROOT / "docs" / "show.md").read_text(encoding="utf-8")
    names = {name for part in (SCHEMA, *SCHEMA["$defs"].values()) for name in part.get("properties", {})}
    assert not [name for name in sorted(names) if f"`{name}`" not in page]
