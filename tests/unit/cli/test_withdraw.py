"""A change set that nobody wants any more is neither approved nor applied, and was never begun."""

from __future__ import annotations

import json

import pytest

from chonai.change.codec import message_to_json
from chonai.change.errors import Refused
from chonai.change.model import ChangeSet
from chonai.site import Crew, Site, applying
from chonai.site.applying import apply_all
from chonai.site.authorising import authorise
from chonai.site.inventory import settings_of
from chonai.site.withdrawing import withdraw
from chonai.text.messages import message
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import OBJECTS, TANAKA, Town, wanted

CREW = ("--operator", "suzuki", "--watcher", "tanaka")
WHY = ("--as", "tanaka", "--why", "発令の取消し", "--yes")


def test_it_is_neither_approved_nor_applied(town: Town, run: Run) -> None:
    id_, key = town.seal(*wanted()), town.people.key("suzuki")
    assert run("approve", id_, "--as", "suzuki", "--key", key).code == 0
    before = town.objects("ext_ad")
    done = run("withdraw", id_, *WHY)
    assert (done.code, done.out) == (0, f"{id_} is withdrawn: it is neither approved nor applied any more.\n")
    refused = run("apply", id_, *CREW)
    assert (refused.code, "withdrawn by tanaka" in refused.err, "発令の取消し" in refused.err) == (3, True, True)
    assert town.objects("ext_ad") == before
    late = run("approve", id_, "--as", "suzuki", "--key", key)
    assert (late.code, "was withdrawn" in late.err) == (3, True)
    assert "withdrawn" in run("list").out
    assert "tanaka  withdrawn: 発令の取消し" in run("journal", "show", id_).out
    assert run("journal", "verify").code == 0


def test_once_is_enough_and_the_same_can_be_planned_again(town: Town, run: Run) -> None:
    id_, key = town.seal(*wanted()), town.people.key("suzuki")
    run("withdraw", id_, *WHY)
    again = run("withdraw", id_, *WHY)
    assert (again.code, "withdrawn before" in again.out) == (0, True)
    assert run("journal", "show", id_).out.count("発令の取消し") == 1
    anew = town.seal(*wanted())
    assert run("approve", anew, "--as", "suzuki", "--key", key).code == 0
    assert run("apply", anew, *CREW).code == 0


def test_what_was_begun_is_taken_back_instead(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"))
    run("apply", id_, *CREW)
    refused = run("withdraw", id_, *WHY)
    assert (refused.code, f"chonai undo {id_}" in refused.err) == (3, True)


def test_what_is_left_of_a_broken_one_is_given_up_and_what_was_done_taken_back(town: Town, run: Run) -> None:
    id_, key = town.seal(*wanted()), town.people.key("suzuki")
    run("approve", id_, "--as", "suzuki", "--key", key)
    before = town.objects("ext_ad")
    town.keep("ext_ad", OBJECTS, refuse={str(TANAKA): message_to_json(message("site.missing_key", key="x"))})
    assert run("apply", id_, *CREW).code == 4
    given_up = run("withdraw", id_, *WHY)
    assert (given_up.code, f"What was made stays; it is taken back with: chonai undo {id_}" in given_up.out) == (
        0,
        True,
    )
    assert "tanaka  withdrawn: 発令の取消し, given up: ext_ad 1" in run("journal", "show", id_).out
    assert json.loads(run("show", id_, "--format", "json").out)["state"] == "given_up"
    refused = run("apply", id_, *CREW)
    said = ("given up by tanaka" in refused.err, f"chonai undo {id_}" in refused.err)
    assert (refused.code, said) == (3, (True, True))
    late = run("approve", id_, "--as", "suzuki", "--key", key)
    assert (late.code, "given up" in late.err) == (3, True)
    taken_back = run("undo", id_).out.split(":")[0]
    run("approve", taken_back, "--as", "suzuki", "--key", key)
    town.system_file("ext_ad").write_text(json.dumps({"objects": town.objects("ext_ad")}))
    assert run("apply", taken_back, *CREW).code == 0
    assert town.objects("ext_ad") == before
    assert json.loads(run("show", id_, "--format", "json").out)["state"] == "undone"


def test_while_its_systems_are_locked_it_is_too_late(town: Town) -> None:
    id_ = town.seal(*wanted())
    with town.open() as site, site.store.locks.hold("ext_ad", "suzuki", id_), pytest.raises(Refused):
        withdraw(site, id_, principal="tanaka", why="発令の取消し")


def test_an_apply_that_was_agreed_to_before_sees_it_under_its_locks(
    town: Town, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = town.seal(*wanted())
    run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"))
    before = town.objects("ext_ad")

    def and_then_withdrawn(site: Site, id_: str, crew: Crew) -> ChangeSet:
        agreed = authorise(site, id_, crew)
        withdraw(site, id_, principal="tanaka", why="発令の取消し")
        return agreed

    monkeypatch.setattr(applying, "authorise", and_then_withdrawn)
    with town.open() as site:
        systems = settings_of(site.settings.inventory, ["ext_ad", "lgwan_ad"])
        with pytest.raises(Refused) as refused:
            apply_all(site, id_, Crew("suzuki", "tanaka"), systems, lambda system, done, total: None)
    assert refused.value.message.code == "site.withdrawn"
    assert town.objects("ext_ad") == before


def test_who_nobody_knows_and_no_reason(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted())
    assert run("withdraw", id_, "--as", "nobody", "--why", "x", "--yes").code == 3
    empty = run("withdraw", id_, "--as", "tanaka", "--why", " ", "--yes")
    assert (empty.code, "--why TEXT" in empty.err) == (2, True)
    assert run("withdraw", "nothing", *WHY).code == 2
    assert run("list").out.count("sealed") == 1
