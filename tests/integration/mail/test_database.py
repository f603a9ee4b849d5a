"""The database behind a mail server: how it is reached, what may be written, and that a call is whole or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event

from chonai.change.errors import Fault, InputError, SystemUnreachable
from chonai.change.model import TypeScope, Value
from chonai.systems.mail import connect
from chonai.systems.mail.health import health
from chonai.systems.mail.schema import TABLES
from tests.contract import mailboxes
from tests.contract.ground import USER, Ground, delete, done, refused, update


def test_the_tables_are_those_that_the_lab_makes(lab: Path) -> None:
    query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    with mailboxes.by_hand(lab) as connection:
        real = set(connection.execute(query).fetchall())
    ours = {(table.name, column.name) for table in TABLES.tables.values() for column in table.columns}
    assert ours == {one for one in real if one[0] in TABLES.tables}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "postgresql://nobody@127.0.0.31/mail"}, "password authentication failed"),
        ({"url": "postgresql://svc-chonai@127.0.0.31:1/mail"}, "Connection refused"),
        ({"url": "postgresql://svc-chonai@localhost/mail"}, "onnection"),
        ({"ca_file": None}, "certificate verify failed"),
    ],
)
def test_a_server_that_cannot_be_reached_says_why(lab: Path, wrong: dict[str, object], said: str) -> None:
    settings = {**mailboxes.settings(lab, "mail.shiomino.example"), **wrong}
    with pytest.raises(SystemUnreachable, match=said), connect(settings):
        pass


def test_a_domain_that_the_server_has_not_is_a_fault(lab: Path) -> None:
    with pytest.raises(Fault, match=r"no\.example"), connect(mailboxes.settings(lab, "no.example")):
        pass


def test_a_database_with_other_tables_is_a_fault(lab: Path) -> None:
    settings = mailboxes.settings(lab, "mail.shiomino.example", url="postgresql://svc-chonai@127.0.0.31/postgres")
    with pytest.raises(Fault, match=r"docs/systems/mail\.md"), connect(settings):
        pass


def test_the_tool_can_set_passwords_and_not_read_them(lab: Path) -> None:
    password = (lab / "secrets" / "webmail-svc-chonai").read_text(encoding="utf-8")
    login = {"host": mailboxes.HOST, "dbname": "mail", "user": "svc-chonai", "password": password}
    with psycopg.connect(**login) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT password FROM mailbox")


def test_passwords_are_stored_hashed_and_differ(ground: Ground, lab: Path) -> None:
    ground.made(ground.user(), ground.user())
    query = "SELECT password FROM mailbox WHERE domain = %s"
    with mailboxes.by_hand(lab) as connection:
        stored = [row[0] for row in connection.execute(query, [ground.settings["domain"]])]
    assert len(set(stored)) == len(stored) == 3
    assert all(password.startswith("{BLF-CRYPT}$2b$08$") for password in stored)


def test_a_health_check_knows_the_clock(lab: Path) -> None:
    ahead = health(mailboxes.settings(lab, "mail.shiomino.example")).clock_ahead
    assert ahead is not None
    assert abs(ahead.total_seconds()) < 5


def test_another_domain_is_neither_seen_nor_written(ground: Ground, lab: Path) -> None:
    [person] = ground.made(ground.user())
    with mailboxes.domain(lab) as name, connect(mailboxes.settings(lab, name)) as other:
        assert not other.read([person], ground.scope)
        assert "does not exist" in str(
            refused(other.apply([update(person, {"title": "主事"}, {"title": "長"})], _no)[0])
        )
        [group] = [done(one) for one in other.apply([ground.group([], "ka-010000")], _no)]
        joins = update(group, {}, {"member": frozenset({str(person)})})
        assert str(person) in str(refused(other.apply([joins], _no)[0]))
    assert ground.read(person)["title"] == "主事"


def _no(change: object, name: str) -> str:
    raise AssertionError(f"nobody asked for {name} of {change}")


@contextmanager
def held(lab: Path, id_: str) -> Iterator[None]:
    """While inside, somebody else is writing this row."""
    with mailboxes.by_hand(lab) as connection:
        connection.execute("UPDATE mailbox SET department = 'x' WHERE id = %s", [id_])
        yield
        connection.rollback()


def test_a_call_that_the_database_ends_made_nothing(ground: Ground, lab: Path) -> None:
    [person] = ground.made(ground.user())
    new = ground.user("made.before")
    settings = {**ground.settings, "limits": {"reply_seconds": 1}}
    with held(lab, person.id), connect(settings) as impatient, pytest.raises(SystemUnreachable, match="taken back"):
        impatient.apply([new, update(person, {"title": "主事"}, {"title": "課長"})], ground.secret)
    assert not ground.system.locate([new])
    assert ground.read(person)["title"] == "主事"


def test_a_row_that_changes_under_our_hands_is_left_alone(ground: Ground, lab: Path) -> None:
    person, other = ground.made(ground.user(), ground.user())
    changes = [update(key, {"title": "主事"}, {"title": "課長"}) for key in (person, other)]
    with ThreadPoolExecutor(1) as pool, mailboxes.by_hand(lab) as watcher:
        with mailboxes.by_hand(lab) as somebody:
            somebody.execute("UPDATE mailbox SET title = '参事' WHERE id = %s", [person.id])
            applying = pool.submit(ground.apply, *changes)
            while not watcher.execute("SELECT FROM pg_locks WHERE NOT granted").fetchall() and not applying.done():
                time.sleep(0.02)
        late, in_time = applying.result()
    assert "at this very moment" in str(refused(late))
    assert done(in_time) == other
    assert [ground.read(key)["title"] for key in (person, other)] == ["参事", "課長"]


def test_one_refused_change_of_many_takes_no_other_with_it(ground: Ground) -> None:
    people = ground.made(*(ground.user() for _ in range(5)))
    titles = [update(person, {"title": "主事"}, {"title": "課長"}) for person in people]
    results = ground.apply(*titles[:2], update(people[2], {"title": "他"}, {"title": "課長"}), *titles[3:])
    assert [result.error is None for result in results] == [True, True, False, True, True]
    assert [ground.read(person)["title"] for person in people] == ["課長", "課長", "主事", "課長", "課長"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("name", "潮見"), ("name", "Shiomi"), ("name", ".x"), ("name", "x" * 65), ("enabled", "yes"), ("quotaMb", 0),
        ("forward", "nobody"), ("forwardUntil", "2026-02-30"), ("whenDisabled", "drop"), ("title", "一\n二"),
        ("aliases", frozenset({"a b"})), ("aliasEnds", frozenset({"x=soon"})), ("notes", frozenset({""})),
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_refused_by_name(ground: Ground, attribute: str, value: Value) -> None:
    create = ground.user("shiomi.hanako")
    bad, good = ground.apply(replace(create, after={**create.after, attribute: value}), ground.user())
    assert f"{attribute} cannot be" in str(refused(bad))
    assert not done(good).is_new


def test_an_end_needs_the_address_that_ends(ground: Ground) -> None:
    assert "one of the aliases" in str(refused(ground.apply(ground.user(aliasEnds=frozenset({"x=2026-09-30"})))[0]))


def test_sections_cannot_be_members_of_each_other(ground: Ground) -> None:
    [inner] = ground.made(ground.group([]))
    [outer] = ground.made(ground.group([inner]))
    for section, member in ((inner, outer), (inner, inner)):
        change = update(section, {}, {"member": frozenset({str(member)})})
        assert "member of itself" in str(refused(ground.apply(change)[0]))


def test_a_person_and_the_section_that_were_deleted_together_come_back_one_after_the_other(ground: Ground) -> None:
    create = ground.user("shiomi.hanako")
    [person] = ground.made(create)
    section_create = ground.group([person], "ka-020300")
    [section] = ground.made(section_create)
    images = ground.system.preimage([person, section])
    assert images[person]["memberOf"] == {str(section)}
    ground.apply(delete(section), delete(person))
    assert not ground.system.read([person, section], ground.scope)
    ground.made(replace(create, key=person, after=images[person]))
    ground.made(replace(section_create, key=section, after=images[section]))
    assert ground.read(section)["member"] == {str(person)}


def test_two_people_cannot_have_one_staff_key(ground: Ground) -> None:
    ground.made(ground.user(staffKey="1-001234"))
    assert "staffKey" in str(refused(ground.apply(ground.user(staffKey="1-001234"))[0]))


def test_protected_addresses_are_not_given_to_anybody(ground: Ground) -> None:
    [person] = ground.made(ground.user())
    for change in (ground.user("svc-new"), update(person, {}, {"aliases": frozenset({"svc-backup"})})):
        assert "svc-*" in str(refused(ground.apply(change)[0]))


def test_a_scope_that_mail_servers_have_not_is_refused_whole(ground: Ground) -> None:
    scope = {USER: TypeScope(frozenset({"title", "shoeSize"})), "ou": TypeScope(frozenset())}
    with pytest.raises(InputError) as caught:
        ground.system.observe(scope)
    assert {detail.code for detail in caught.value.details} == {"mail.unknown_type", "mail.unknown_attribute"}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent while inside."""
    seen: list[str] = []

    def listener(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", listener)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", listener)


def test_reading_takes_as_many_statements_for_many_as_for_one(ground: Ground) -> None:
    ground.made(*(ground.user() for _ in range(20)))
    with counted() as for_all:
        state = ground.system.observe(ground.scope).state
    with counted() as for_keys:
        ground.system.read(state.keys(), ground.scope)
    assert (len(state), len(for_all), len(for_keys)) == (21, 4, 4)
