"""The reality check says of every address what a plain look at both lists says, whatever the order of what was seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chonai.change.model import Key, Value
from chonai.operations.addressing.audit import Atlas, Sighting, Source, Via, compare
from tests.unit.addressing.town import DAY, OFFICE, address, ended, state

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
LIVES: dict[str, dict[str, Value]] = {
    "in_use": {},
    "reserved": ended("2099-01-01", "reserved"),
    "quarantined": ended("2099-01-01"),
    "free": ended("2020-01-01"),
}
POOL = range(30, 35)
RANGE = ("range:p", {"prefix": OFFICE, "first": "10.20.1.30", "last": "10.20.1.34", "issuable": False})
LEDGERS = st.dictionaries(st.integers(2, 29), st.sampled_from(sorted(LIVES)))
SEEN = st.lists(st.tuples(st.integers(1, 34), st.sampled_from([Via.ARP, Via.PING]), st.integers(0, 60)), max_size=40)


@given(ledger=LEDGERS, seen=SEEN, swept=st.booleans(), order=st.randoms(use_true_random=False))
def test_as_a_plain_look_says(
    ledger: dict[int, str], seen: list[tuple[int, Via, int]], swept: bool, order: object
) -> None:
    records = [(f"address:{n}", address(f"10.20.1.{n}", **LIVES[life])) for n, life in ledger.items()]
    source = Source("one", swept=frozenset({Key.parse(OFFICE)}) if swept else frozenset())
    told = [Sighting(source, via, NOW - timedelta(days=ago), f"10.20.1.{n}") for n, via, ago in seen]
    atlas = Atlas(state(RANGE, *records), DAY)
    audit = compare(atlas, [source], told, now=NOW, days=30)
    found = {(int(one.address.rpartition(".")[2]), str(one.kind)) for one in audit.findings}

    now = {n for n, _, ago in seen if ago <= 30}
    expected = {(n, "unknown") for n in now - ledger.keys() - set(POOL) - {1}}
    expected |= {(n, life) for n, life in ledger.items() if life in ("reserved", "quarantined", "free") and n in now}
    expected |= {(n, "unused") for n, life in ledger.items() if life == "in_use" and n not in now and swept}
    assert found == expected
    assert len(audit.findings) == len(found)

    order.shuffle(told)  # type: ignore[attr-defined]  # a random.Random
    assert compare(atlas, [source], told, now=NOW, days=30).findings == audit.findings
