"""The ledger of IDs in the database: each row once, never changed, also in a store from before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chonai.change.errors import Fault
from chonai.change.ids import GivenId
from chonai.store import Store
from chonai.store.database import Database
from tests.unit.store.facts import make_old

HANA = GivenId("webmail", "name", "shiomi.hana", "1-000001", "汐見花", date(2026, 4, 1), "set")
KEN = replace(HANA, value="ono.ken", owner="1-000002", person="小野健")


def test_what_is_told_is_kept_in_order_and_once(store: Store) -> None:
    store.ids.remember([KEN, HANA, KEN])
    store.ids.remember([HANA, replace(HANA, system="ext_ad")])
    store.ids.remember([])
    assert store.ids.rows() == (KEN, HANA, replace(HANA, system="ext_ad"))
    assert store.ids.rows("ext_ad") == (replace(HANA, system="ext_ad"),)


def test_who_told_it_and_when_makes_no_second_row_but_a_new_owner_does(store: Store) -> None:
    store.ids.remember([HANA, replace(HANA, change_set="other", since=date(2027, 4, 1))])
    later = replace(HANA, owner="1-700001", formerly="1-000001")
    store.ids.remember([later])
    assert store.ids.rows() == (HANA, later)


def test_many_at_once(store: Store) -> None:
    ids = [replace(HANA, value=f"a{n}") for n in range(1_200)]
    store.ids.remember(ids)
    store.ids.remember(ids)
    assert list(store.ids.rows()) == ids


def test_it_is_there_again(url: str) -> None:
    with Store.open(url) as store:
        store.ids.remember([HANA])
    with Store.open(url) as store:
        assert store.ids.rows() == (HANA,)


FORBIDDEN = (
    "UPDATE given_ids SET owner = 'x'",
    "DELETE FROM given_ids",
    "INSERT OR REPLACE INTO given_ids SELECT * FROM given_ids",
)


def refuses(url: str, statement: str) -> None:
    database = Database(url)
    if statement.startswith("INSERT OR") and not database.is_sqlite:
        pytest.skip("PostgreSQL has no such statement")
    with pytest.raises((Fault, DBAPIError), match="append-only"), database.write() as connection:
        connection.execute(text(statement))
    database.close()


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_nothing_in_it_can_be_changed(url: str, statement: str) -> None:
    with Store.open(url) as store:
        store.ids.remember([HANA])
    refuses(url, statement)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_store_from_before_goes_on_working_and_gets_it(url: str, statement: str) -> None:
    make_old(url)
    with Store.open(url) as store:
        assert store.ids.rows() == ()
        store.ids.remember([HANA])
        assert store.ids.rows() == (HANA,)
        store.journal.verify()
    refuses(url, statement)


def test_one_that_can_only_be_read_is_read(tmp_path: Path) -> None:
    path = tmp_path / "chonai.db"
    make_old(f"sqlite:///{path}")
    with Store.open(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert store.ids.rows() == ()
