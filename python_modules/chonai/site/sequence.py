"""Which systems wait for others when a change set is applied: `after` in `chonai_system`.

A folder's rights name a group that the directory makes in the same change set, so the folders are written when the
directory's part is over. On the way back everything goes the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from chonai.change.errors import InputError
from chonai.site.systems import Settings, waits
from chonai.text.messages import message

Find = Callable[[str], Settings | None]


def check_waits(systems: Mapping[str, Settings], elsewhere: Find) -> None:
    """Return if each of the systems, and each that it waits for, waits for systems alone and never for itself.

    `elsewhere` gives the settings of any other host, None where it is no system. Raises `InputError` naming everything
    that is wrong.
    """

    def find(name: str) -> Settings | None:
        return systems[name] if name in systems else elsewhere(name)

    graph = _reached(systems, find)
    wrong = [
        message("site.after_unknown", system=name, other=other)
        for name, others in graph.items()
        for other in others
        if find(other) is None
    ]
    circle = _circle(graph)
    wrong += [message("site.after_circle", systems=" → ".join((*circle, circle[0])))] if circle else []
    if wrong:
        raise InputError(wrong[0].code, details=wrong[1:], **wrong[0].fields)


def predecessors(systems: Mapping[str, Settings], *, backwards: bool) -> dict[str, frozenset[str]]:
    """Those of the other systems that each waits for; whoever is not among `systems` does not count."""
    forwards = {name: waits(name, settings) & systems.keys() for name, settings in systems.items()}
    if not backwards:
        return forwards
    return {name: frozenset(other for other, first in forwards.items() if name in first) for name in systems}


def waves(systems: Mapping[str, Settings], *, backwards: bool) -> dict[str, int]:
    """In which turn each system comes when those that wait for nobody are the first (0)."""
    first = predecessors(systems, backwards=backwards)
    found: dict[str, int] = {}

    def turn(name: str) -> int:
        if name not in found:
            found[name] = max((turn(other) + 1 for other in first[name]), default=0)
        return found[name]

    return {name: turn(name) for name in systems}


def _reached(systems: Iterable[str], find: Find) -> dict[str, Collection[str]]:
    graph: dict[str, Collection[str]] = {}
    waiting = sorted(systems)
    while waiting:
        name = waiting.pop()
        settings = find(name)
        if name not in graph and settings is not None:
            graph[name] = sorted(waits(name, settings))
            waiting += graph[name]
    return graph


def _circle(graph: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Systems that wait for each other, or nothing."""
    left = dict(graph)
    while free := [name for name, others in left.items() if not any(other in left for other in others)]:
        for name in free:
            del left[name]
    path: list[str] = []
    name = min(left, default="")
    while left and name not in path:
        path.append(name)
        name = min(other for other in left[name] if other in left)
    return tuple(path[path.index(name) :]) if left else ()
