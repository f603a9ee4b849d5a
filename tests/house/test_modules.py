"""A module's documentation and the options that its action plugin takes cannot drift apart."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from ansible.plugins.loader import fragment_loader, init_plugin_loader
from ansible.utils.plugin_docs import get_docstring

from tests.house.tree import COLLECTION, ROOT

MODULES = sorted(path.stem for path in (COLLECTION / "plugins/modules").glob("*.py"))
SAID = ("type", "elements", "required")


@pytest.fixture(scope="module", autouse=True)
def _collection_is_found() -> None:
    init_plugin_loader([str(ROOT / "collections")])


def documented(name: str) -> dict[str, Any]:
    path = COLLECTION / "plugins/modules" / f"{name}.py"
    documentation = get_docstring(str(path), fragment_loader, collection_name="chonai.ops", plugin_type="module")[0]
    return dict(documentation["options"])


def taken(name: str) -> dict[str, Any]:
    module = f"ansible_collections.chonai.ops.plugins.action.{name}"
    return dict(importlib.import_module(module).ActionModule.OPTIONS)


def told(option: dict[str, Any]) -> dict[str, Any]:
    return {word: option[word] for word in SAID if option.get(word)}


def test_every_module_has_its_action_plugin() -> None:
    assert sorted(path.stem for path in (COLLECTION / "plugins/action").glob("*.py")) == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_options_are_those_documented(name: str) -> None:
    expected = {option: told(said) for option, said in documented(name).items()}
    assert {option: told(said) for option, said in taken(name).items()} == expected


def test_an_error_that_nobody_expected_does_not_tell_its_text() -> None:
    """Where that may hold a name."""
    face = importlib.import_module("ansible_collections.chonai.ops.plugins.plugin_utils.face")
    with pytest.raises(KeyError) as caught:
        raise KeyError("山田　太郎")
    told = face.unexpected(caught.value).render("en")
    assert "KeyError (at test_modules.py:" in told
    assert "山田" not in told


def test_what_an_extra_variable_has_a_part_in_is_found_however_many_templates_lie_between() -> None:
    made_of = importlib.import_module("ansible_collections.chonai.ops.plugins.plugin_utils.face").made_of
    system = {"url": "sqlite:///{{ home }}/ledger.db", "names": ["{% if is_odd %}x{% endif %}"]}
    home = "{{ lookup('env', 'HOME') | default(fallback) }}/lab"
    variables = {"chonai_system": system, "home": home, "other": "home", "circle": "{{ circle }}"}
    found = made_of("chonai_system", variables)
    assert found >= {"chonai_system", "home", "fallback", "is_odd"}
    assert "other" not in found
    assert made_of("circle", variables) == {"circle"}


def test_no_option_touches_approval() -> None:
    options = {option for name in MODULES for option in taken(name)}
    assert not {word for word in options for part in ("rule", "approval", "signer", "site", "store") if part in word}


def returned(name: str) -> dict[str, Any]:
    path = COLLECTION / "plugins/modules" / f"{name}.py"
    return dict(get_docstring(str(path), fragment_loader, collection_name="chonai.ops", plugin_type="module")[2])


def test_what_several_modules_return_is_described_alike() -> None:
    """Doc fragments do not reach RETURN: what is said more than once is kept equal here."""
    shared = (
        "operation",
        "author",
        "rule",
        "approved_by",
        "systems",
        "undo_of",
        "announced_at",
        "digest",
        "state",
        "code",
        "exit_code",
    )
    for key in shared:
        said = [returned(name)[key] for name in MODULES if key in returned(name)]
        described = [{word: value for word, value in each.items() if word != "returned"} for each in said]
        assert all(each == described[0] for each in described), key
