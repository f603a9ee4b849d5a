"""Days and broken applies: what is somebody's yet is not given, what is left is given up, nothing is taken over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from chonai.change.errors import DriftFound, PartlyFailed, Refused, UsageError
from chonai.change.model import Action, Change, Key, Value
from chonai.change.ports import Entry, Event
from chonai.operations.addressing import SCOPE
from chonai.site import Site
from chonai.site.addressing import planning_day
from chonai.site.core import Window
from chonai.site.systems import connect
from chonai.site.undoing import undo
from chonai.site.withdrawing import withdraw
from chonai.store.state import State
from tests.integration.ipam.office import DAY, SYSTEM, Office, apply, hosts, plan_of, request, sealed

ONE = hosts("R8-1", ["pc1"])
HAND: Mapping[str, Value] = {"address": "10.40.0.2", "prefix": "prefix:p", "role": "host", "status": "in_use"}


def make(office: Office, key: str, record: Mapping[str, Value]) -> None:
    """Write something into the ledger past all change sets."""
    with connect(SYSTEM, office.settings) as system:
        [result] = system.apply([Change(Action.CREATE, Key.parse(key), {}, record, "")], lambda *_: "")
    assert result.error is None


def test_a_coming_day_is_waited_for(office: Office) -> None:
    """What is free on that day is somebody's until then."""
    day = DAY + timedelta(days=2)
    waits = {"request": "R7-1", "item": "x", "owner": "税務課", "status": "retired"}
    make(office, "address:new:x", {**HAND, **waits, "until": (DAY + timedelta(days=1)).isoformat()})
    with office.site() as site:
        id_ = sealed(office, site, ONE, day)
        begin = site.store.change_sets.get(id_).change_set.not_before
        assert begin is not None
        assert (begin.date(), begin.hour) == (day, 0)
        with pytest.raises(Refused) as caught:
            apply(office, site, id_)
        assert day.isoformat() in str(caught.value)
        assert office.addresses() == {"R7-1 x": "10.40.0.2"}


def test_who_has_to_start_before_that_day_plans_for_another(office: Office) -> None:
    with office.site() as site:
        view = site.store.holds.view(SYSTEM)
        planned = site.put(plan_of(office, ONE, view, DAY + timedelta(days=9)), mark=view.mark)
        soon = datetime.now().astimezone() + timedelta(days=2)
        with pytest.raises(UsageError) as caught:
            site.seal([planned], office.author, Window(start_by=soon))
        assert caught.value.message.code == "site.starts_before_day"


def test_a_day_that_is_over_is_not_planned_for(office: Office) -> None:
    with office.site() as site:
        assert planning_day(site, None) == planning_day(site, DAY.isoformat()) == DAY
        with pytest.raises(UsageError) as caught:
            planning_day(site, (DAY - timedelta(days=1)).isoformat())
        assert caught.value.message.code == "site.day_over"


def test_a_release_that_waited_longer_than_its_quarantine_is_refused(office: Office) -> None:
    with office.site() as site:
        apply(office, site, sealed(office, site, ONE))
        release = request("R8-2", {"action": "release", "type": "address", "hostname": "pc1"})
        id_ = sealed(office, site, release, DAY - timedelta(days=200))
        with pytest.raises(PartlyFailed):
            apply(office, site, id_)
        assert site.store.state_of(id_) is State.PARTLY_FAILED
    with connect(SYSTEM, office.settings) as system:
        [record] = [one for key, one in system.observe(SCOPE).state.items() if key.type == "address"]
    assert record["status"] == "in_use"


def test_what_is_left_of_a_broken_one_is_given_up(office: Office) -> None:
    with office.site() as site:
        id_ = sealed(office, site, hosts("R8-1", ["pc1", "pc2"]))
        pool = {"prefix": "prefix:p", "first": "10.40.0.3", "last": "10.40.0.9", "issuable": False}
        make(office, "range:new:pool", pool)
        with pytest.raises(PartlyFailed):
            apply(office, site, id_)
        assert {one.change_set for one in site.store.holds.of(SYSTEM)} == {id_}
        assert withdraw(site, id_, principal="sato", why="DHCP にする")
        assert site.store.state_of(id_) is State.GIVEN_UP
        assert site.store.holds.of(SYSTEM) == ()
        with pytest.raises(Refused):
            apply(office, site, id_)
        apply(office, site, sealed(office, site, hosts("R8-2", ["pc2"])))
        assert office.addresses() == {"R8-1 pc1": "10.40.0.2", "R8-2 pc2": "10.40.0.10"}
        apply(office, site, undo(site, id_, {SYSTEM: office.settings}, office.author).change_set.id)
        assert office.addresses() == {"R8-2 pc2": "10.40.0.10"}
        assert site.store.state_of(id_) is State.UNDONE


def killed(site: Site, id_: str) -> None:
    """An apply of it was killed after it had said that it writes."""
    rows = [(Event.STARTED, {"left": 1}), (Event.INTENT, {"changes": [0]})]
    site.store.journal.append(
        [Entry(event, id_, SYSTEM, "sato", site.now(), data) for event, data in rows]  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("theirs", [{"request": "R9-9", "item": "pc1"}, {"request": "R8-1", "item": "pc9"}, {}])
def test_an_apply_that_goes_on_takes_over_nothing_of_others(office: Office, theirs: dict[str, Value]) -> None:
    """It was killed before it wrote, and somebody made an object there meanwhile."""
    with office.site() as site:
        id_ = sealed(office, site, ONE)
        killed(site, id_)
        make(office, "address:new:hand", {**HAND, **theirs, "owner": "税務課", "hostname": "theirs"})
        with pytest.raises((PartlyFailed, DriftFound)):
            apply(office, site, id_)
    with connect(SYSTEM, office.settings) as system:
        [record] = [one for key, one in system.observe(SCOPE).state.items() if key.type == "address"]
    assert record["hostname"] == "theirs"
    assert (record["request"], record["owner"]) == (theirs.get("request"), "税務課")


def test_an_apply_that_goes_on_knows_its_own(office: Office) -> None:
    """It was killed after it wrote, and before it could journal that."""
    with office.site() as site:
        id_ = sealed(office, site, ONE)
        killed(site, id_)
        ours = {"request": "R8-1", "item": "pc1", "owner": "市民課", "hostname": "pc1"}
        make(office, "address:new:ours", {**HAND, **ours})
        apply(office, site, id_)
        assert office.addresses() == {"R8-1 pc1": "10.40.0.2"}


def test_who_gives_the_prefix_back_and_who_gets_an_address_in_it_are_told_of_each_other(office: Office) -> None:
    close = request("R8-9", {"action": "release", "type": "prefix", "prefix": "10.40.0.0/20", "owner": ""})
    with office.site() as site:
        view = site.store.holds.view(SYSTEM)
        stale = site.put(plan_of(office, close, view), mark=view.mark)
        id_ = sealed(office, site, ONE)
        with pytest.raises(Refused) as caught:
            site.seal([stale], office.author)
        assert (caught.value.message.code, caught.value.message.fields["other"]) == ("store.held", id_)
        assert id_ in str(plan_of(office, close, site.store.holds.view(SYSTEM)).problems[0])
        withdraw(site, id_, principal="sato", why="不要")
        closing = sealed(office, site, close)
        assert closing in str(plan_of(office, ONE, site.store.holds.view(SYSTEM)).problems[0])
