"""Trustees by name: ours, others', and those that are gone."""

from __future__ import annotations

from chonai.change.model import Key
from chonai.systems.folders import connect
from tests.contract.fileserver import DOMAIN, SCOPE, FolderGround, People, by_hand
from tests.contract.ground import delete, done, refused, update
from tests.integration.folders.test_rights import set_by_hand, whole

STRANGER = "S-1-5-21-11-22-33-4444"


def test_only_those_whom_the_settings_name_are_shown(ground: FolderGround) -> None:
    [key] = ground.made(ground.folder("課"))
    with by_hand(ground.settings) as share:
        set_by_hand(share, ground.path("課"), "D:PAI(A;OICI;0x1200a9;;;S-1-5-11)(A;OICI;0x1f01ff;;;S-1-5-32-544)")
    assert not any(ground.read(key)[name] for name in ("read", "write", "manage", "special"))


def test_a_sid_without_a_name_is_shown_as_it_is_and_kept(ground: FolderGround, people: People) -> None:
    [key] = ground.made(ground.folder("課"))
    entries = f"D:PAI(A;OICI;0x1200a9;;;{STRANGER})(A;OICI;0x1f01ff;;;S-1-5-32-544)"
    with by_hand(ground.settings) as share:
        set_by_hand(share, ground.path("課"), entries)
        done(ground.apply(update(key, {}, {"write": frozenset(people.groups[:1])}))[0])
        assert whole(share, ground.path("課")).startswith(entries)
    assert not ground.read(key)["read"]
    with connect({**ground.settings, "owned": [rf"{DOMAIN}\sec-*", "S-1-5-21-11-*"]}) as system:
        assert system.read([key], SCOPE)[key]["read"] == {STRANGER}
        taken = update(key, {"read": frozenset({STRANGER})}, {})
        done(system.apply([taken], lambda change, name: "")[0])
        assert not system.read([key], SCOPE)[key]["read"]


def test_a_group_that_was_deleted_is_a_sid_and_stays(ground: FolderGround, people: People) -> None:
    directory = people.directory
    [group] = directory.made(directory.group([], f"sec-gone-{ground.place.id[-6:]}"))
    name = rf"{DOMAIN}\sec-gone-{ground.place.id[-6:]}"
    [key] = ground.made(ground.folder("課", read=frozenset({name})))
    done(directory.apply(delete(group))[0])
    with connect(ground.settings) as system:
        record = system.read([key], SCOPE)[key]
        assert not record["read"]
    with connect({**ground.settings, "owned": ["S-1-5-21-*"]}) as system:
        assert "S-1-5-21-" in str(system.read([key], SCOPE)[key]["read"])


def test_a_name_spelt_otherwise_is_refused_with_the_right_one(ground: FolderGround, people: People) -> None:
    [key] = ground.made(ground.folder("課"))
    error = refused(ground.apply(update(key, {}, {"read": frozenset({people.groups[0].lower()})}))[0])
    assert people.groups[0] in str(error)


def test_many_trustees_are_looked_up_together(ground: FolderGround, people: People) -> None:
    """More than fit into one request of the lookup."""
    strangers = "".join(f"(A;OICI;0x1200a9;;;S-1-5-21-11-22-33-{n})" for n in range(1000, 1035))
    [key] = ground.made(ground.folder("課", read=frozenset(people.groups)))
    with by_hand(ground.settings) as share:
        now = whole(share, ground.path("課"))
        set_by_hand(share, ground.path("課"), now.replace("AI(", f"AI{strangers}(", 1))
    with connect(ground.settings) as system:
        assert system.read([key], SCOPE)[key]["read"] == set(people.groups)
        assert system.read([replace_id(key)], SCOPE) == {}


def replace_id(key: Key) -> Key:
    """A key with the same number and another time of making: another folder."""
    return key._replace(id=key.id[:-1] + ("0" if key.id[-1] != "0" else "1"))
