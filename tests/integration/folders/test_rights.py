"""What people can open, before a change, after it, and after its undo: found out by logging in as them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.model import Action, Change, Key
from chonai.systems.folders import acl, wire
from chonai.systems.folders.descriptor import Descriptor, from_sddl, to_sddl
from chonai.systems.folders.inherit import marked
from chonai.systems.folders.share import Share
from chonai.systems.folders.wire import OK
from tests.contract.fileserver import FolderGround, People, by_hand
from tests.contract.ground import done, refused, update
from tests.integration.folders.persons import person, put_file

FOREIGN = "(A;OICI;0x1200a9;;;S-1-5-11)"
ADMINISTRATORS = "(A;OICI;0x1f01ff;;;S-1-5-32-544)"


def undone(change: Change) -> Change:
    return replace(change, before=change.after, after=change.before)


def whole(share: Share, path: str) -> str:
    """The descriptor as text, without the owner."""
    status, descriptor = share.descriptors([path])[0]
    assert status == OK
    assert descriptor is not None
    return to_sddl(replace(descriptor, owner="", group=""))


def set_by_hand(share: Share, path: str, sddl: str) -> None:
    descriptor = from_sddl(sddl)
    assert share.write_rights([(path, marked(descriptor, descriptor.aces or ()))]) == [OK]


def section(ground: FolderGround, people: People, name: str = "020300") -> tuple[Key, str]:
    """A folder for the first group, with a file in a folder in it."""
    rights = {"write": frozenset(people.groups[:1]), "inherits": False}
    [key] = ground.made(ground.folder(name, **rights))
    with person(ground, people.persons[0]) as member:
        assert member.puts(ground.path(name, "起案.txt"))
        assert member.share.make(ground.path(name, "台帳"))[0] == OK
        assert member.puts(ground.path(name, "台帳", "一覧.csv"))
    return key, ground.path(name)


def test_nobody_but_the_group_comes_in(ground: FolderGround, people: People) -> None:
    _, path = section(ground, people)
    with person(ground, people.persons[1]) as stranger:
        assert not stranger.opens(path)
        assert not stranger.opens(rf"{path}\起案.txt")
        assert not stranger.puts(rf"{path}\x.txt")


def test_a_group_is_let_in_and_out_again(ground: FolderGround, people: People) -> None:
    key, path = section(ground, people)
    change = update(key, {}, {"read": frozenset(people.groups[1:])})
    file = rf"{path}\台帳\一覧.csv"
    for step, expected in ((None, False), (change, True), (undone(change), False)):
        if step:
            done(ground.apply(step)[0])
        with person(ground, people.persons[1]) as reader:
            assert reader.opens(file) is expected
            assert not reader.changes(file)
            assert not reader.puts(rf"{path}\台帳\neu.txt")


def test_after_a_merger_the_old_folder_is_read_only_with_all_that_is_in_it(
    ground: FolderGround, people: People
) -> None:
    key, path = section(ground, people)
    files = [path, rf"{path}\起案.txt", rf"{path}\台帳", rf"{path}\台帳\一覧.csv"]
    old = frozenset(people.groups[:1])
    change = update(key, {"write": old}, {"read": old})
    with by_hand(ground.settings) as share:
        before = [whole(share, file) for file in files]
        for step, writes in ((change, False), (undone(change), True)):
            done(ground.apply(step)[0])
            with person(ground, people.persons[0]) as member:
                assert all(member.opens(file) for file in files)
                assert [member.changes(file) for file in (files[1], files[3])] == [writes, writes]
        assert [whole(share, file) for file in files] == before


def test_rights_reach_every_file_of_a_full_folder(ground: FolderGround, people: People) -> None:
    """More names than fit into a few answers of the server."""
    [key] = ground.made(ground.folder("満杯"))
    names = [f"{n:04d}" + "x" * 200 for n in range(400)]
    with by_hand(ground.settings) as share:
        for name in names:
            put_file(share, ground.path("満杯", name))
        done(ground.apply(update(key, {}, {"read": frozenset(people.groups[:1])}))[0])
        status, entries = share.listings([ground.path("満杯")])[0]
        assert (status, len(entries)) == (OK, 400)
        found = share.descriptors([ground.path("満杯", entry.name) for entry in entries])
    assert all(len(descriptor.aces or ()) == 3 for _, descriptor in found if descriptor)
    with person(ground, people.persons[0]) as reader:
        assert reader.opens(ground.path("満杯", names[-1]))


def test_a_killed_hand_down_is_completed(ground: FolderGround, people: People) -> None:
    """The folder itself is written last: what an apply that was killed left half done, the next one finds undone."""
    key, path = section(ground, people)
    old = frozenset(people.groups[:1])
    change = update(key, {"write": old}, {"read": old})
    file = rf"{path}\起案.txt"
    with by_hand(ground.settings) as share:
        done(ground.apply(change)[0])
        half = whole(share, file)
        done(ground.apply(undone(change))[0])
        set_by_hand(share, file, half)
        done(ground.apply(change)[0])
        assert whole(share, file) == half
    with person(ground, people.persons[0]) as member:
        assert not member.changes(file)
        assert not member.changes(rf"{path}\台帳\一覧.csv")


def test_what_inherits_nothing_and_what_is_its_own_stays(ground: FolderGround, people: People) -> None:
    key, path = section(ground, people)
    apart, own = rf"{path}\台帳", rf"{path}\起案.txt"
    with by_hand(ground.settings) as share:
        set_by_hand(share, apart, f"D:PAI{ADMINISTRATORS}")
        _, descriptor = share.descriptors([own])[0]
        assert descriptor is not None
        extra = acl.merged(descriptor.aces or (), take=(), give={acl.Grant("S-1-5-11", 0x120089, 0)})
        assert share.write_rights([(own, marked(descriptor, extra))]) == [OK]
        done(ground.apply(update(key, {}, {"read": frozenset(people.groups[1:])}))[0])
        assert whole(share, apart) == f"D:PAI{ADMINISTRATORS}"
        assert whole(share, own).startswith("D:AI(A;;0x120089;;;S-1-5-11)")


def test_foreign_entries_keep_their_order_and_a_denial_is_told(ground: FolderGround, people: People) -> None:
    [key] = ground.made(ground.folder("課"))
    denial = "(D;OICI;0x2;;;S-1-5-32-546)"
    with by_hand(ground.settings) as share:
        set_by_hand(share, ground.path("課"), f"D:PAI{denial}{FOREIGN}{ADMINISTRATORS}")
        done(ground.apply(update(key, {}, {"read": frozenset(people.groups[:1])}))[0])
        after = whole(share, ground.path("課"))
    assert after.startswith(f"D:PAI{denial}{FOREIGN}{ADMINISTRATORS}(A;OICI;0x1200a9;;;S-1-5-21-")
    ground.system.observe(ground.scope)
    assert any("Guests" in str(warning) for warning in ground.system.warnings)


def test_entries_out_of_order_are_told_and_left_alone(ground: FolderGround, people: People) -> None:
    [key] = ground.made(ground.folder("課"))
    with by_hand(ground.settings) as share:
        set_by_hand(share, ground.path("課"), f"D:PAI{ADMINISTRATORS}(D;;0x2;;;S-1-5-11)")
        before = whole(share, ground.path("課"))
        refused(ground.apply(update(key, {}, {"read": frozenset(people.groups)}))[0])
        assert whole(share, ground.path("課")) == before
    ground.system.observe(ground.scope)
    assert any("order" in str(warning) for warning in ground.system.warnings)


def test_other_mixtures_are_shown_and_come_back_exactly(ground: FolderGround, people: People) -> None:
    [key] = ground.made(ground.folder("課"))
    sid = Key.parse(people.groups[0]).id
    special = frozenset({f"grant:{sid};CI;0x1201bf"})
    give = update(key, {}, {"special": special})
    done(ground.apply(give)[0])
    assert ground.read(key)["special"] == special
    done(ground.apply(undone(give))[0])
    assert not ground.read(key)["special"]
    [grant] = map(Key.parse, special)
    assert ground.read(grant) == {"name": f"{people.names[0]};CI;0x1201bf"}
    bad = update(key, {}, {"special": frozenset({f"grant:{sid};XX;0x1"})})
    assert "XX" in str(refused(ground.apply(bad)[0]))


def test_administrators_keep_their_rights_when_a_folder_stops_inheriting(ground: FolderGround) -> None:
    [key] = ground.made(ground.folder("課"))
    change = update(key, {"inherits": True}, {"inherits": False})
    with by_hand(ground.settings) as share:
        before = whole(share, ground.path("課"))
        done(ground.apply(change)[0])
        assert whole(share, ground.path("課")) == f"D:PAI{ADMINISTRATORS}(A;OICI;0x1f01ff;;;S-1-5-18)"
        done(ground.apply(undone(change))[0])
        assert whole(share, ground.path("課")) == before


def test_a_moved_folder_inherits_from_its_new_place(ground: FolderGround, people: People) -> None:
    one, two = (frozenset({name}) for name in people.groups)
    [old, new] = ground.made(ground.folder("旧部", read=one), ground.folder("新部", read=two))
    [key] = ground.made(ground.folder("課", old))
    with by_hand(ground.settings) as share:
        put_file(share, ground.path("旧部", "課", "f.txt"))
    change = update(key, {"parent": str(old)}, {"parent": str(new)}, Action.MOVE)
    for step, place, readers in ((None, "旧部", [True, False]), (change, "新部", [False, True])):
        if step:
            done(ground.apply(step)[0])
        for account, reads in zip(people.persons, readers, strict=True):
            with person(ground, account) as someone:
                assert someone.opens(ground.path(place, "課", "f.txt")) is reads


def test_a_folder_that_somebody_holds_is_not_moved_and_says_so(ground: FolderGround, people: People) -> None:
    key, path = section(ground, people)
    with person(ground, people.persons[0]) as member:
        opening = wire.opening(path, 0x120089, options=0)
        opening["share_access"] = 1
        [[reply]] = member.share.wire.exchange([[opening]])
        assert reply.status == OK
        error = refused(ground.apply(update(key, {"name": "020300"}, {"name": "020301"}, Action.MOVE))[0])
    assert "020300" in str(error)
    assert ground.read(key)["name"] == "020300"


@pytest.mark.parametrize(
    "entries",
    [
        "(A;OICI;0x1301bf;;;S-1-5-11)",
        "(A;OICIIO;0x1f01ff;;;S-1-3-0)(A;OICI;0x1f01ff;;;S-1-5-32-544)",
        "(A;OI;0x120089;;;S-1-5-11)(A;CI;0x1200a9;;;S-1-5-11)(A;;0x1f01ff;;;S-1-5-18)",
        "(A;OICINP;0x1301bf;;;S-1-5-11)",
    ],
)
def test_what_we_hand_down_is_what_the_server_hands_down(ground: FolderGround, entries: str) -> None:
    """A new file and a new folder inherit on the server; ours has to be the same."""
    ground.made(ground.folder("課"))
    with by_hand(ground.settings) as share:
        above = from_sddl(f"D:PAI{ADMINISTRATORS}{entries}")
        set_by_hand(share, ground.path("課"), to_sddl(above))
        assert share.make(ground.path("課", "係"))[0] == OK
        put_file(share, ground.path("課", "f.txt"))
        for name, is_folder in (("係", True), ("f.txt", False)):
            found = _descriptor(share, ground.path("課", name))
            owners = {"owner": found.owner, "group": found.group}
            assert set(acl.inherited_from(above.aces or (), **owners, is_folder=is_folder)) == set(found.aces or ())


def _descriptor(share: Share, path: str) -> Descriptor:
    [(status, descriptor)] = share.descriptors([path])
    assert status == OK
    assert descriptor is not None
    return descriptor
