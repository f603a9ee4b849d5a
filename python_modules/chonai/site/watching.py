"""Follow a run from beside it: as its watcher, who is there as long as they say so again and again, or only to see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from chonai.change.errors import Refused
from chonai.change.ports import Event, Row
from chonai.jobs.runs import RunState
from chonai.site.core import Site
from chonai.site.runs import WATCH, find
from chonai.store.leases import Lease

LENGTH, OFTEN = timedelta(seconds=15), timedelta(seconds=3)
"""How long a watcher is believed to be there, and how often they say so."""


class Watch:
    """A watcher's presence at a run."""

    def __init__(self, site: Site, lease: Lease) -> None:
        self._site, self._lease = site, lease

    def here(self) -> None:
        """Say so once more, if it is time. Raises `Refused` where somebody else watches by now."""
        if self._lease.until - self._site.now() > LENGTH - OFTEN:
            return
        leases = self._site.store.leases
        renewed = leases.renew(self._lease, LENGTH) or leases.take(self._lease.name, self._lease.who, LENGTH)
        if renewed is None:
            raise Refused("runs.watched_by_another", id=self._lease.name.removeprefix(WATCH))
        self._lease = renewed

    def end(self) -> None:
        """Go."""
        self._site.store.leases.end(self._lease)


@contextmanager
def watch(site: Site, id_: str, person: str) -> Iterator[Watch]:
    """Be the watcher of a run while inside. Raises `Refused` where another one is there."""
    lease = site.store.leases.take(f"{WATCH}{id_}", person, LENGTH)
    if lease is None:
        raise Refused("runs.watched_by_another", id=id_)
    watching = Watch(site, lease)
    try:
        yield watching
    finally:
        watching.end()
        site.note(Event.NOTE, id_, person, {"what": "run_left"})


class Follower:
    """Reads what is new in the journal of a run."""

    def __init__(self, site: Site, id_: str) -> None:
        self._site, self._id, self._seen = site, id_, 0

    def news(self) -> list[Row]:
        """Rows that were not told before."""
        rows = list(self._site.store.journal.rows(self._id, after=self._seen))
        self._seen = rows[-1].seq if rows else self._seen
        return rows

    @property
    def is_over(self) -> bool:
        """The run has ended, or nobody is at it any more."""
        return find(self._site, self._id).state in (RunState.ENDED, RunState.INTERRUPTED)
