"""Which section each observed object (an OU, a group, a folder) is of when the reorganisation is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chonai.change.model import Key
from chonai.operations.personnel.succession import ENDED, Succession
from chonai.text.messages import Message, message

Evidence = Mapping[str, frozenset[str]]
Shown = tuple[str, str]
"""Code and name that an object shows."""


@dataclass(slots=True)
class Placing:
    """What becomes of objects of one type.

    now     each one's code in the new organisation, or the mark of one that ends
    places  keys by new code
    ended   what ends, with the code and the name that it shows
    """

    now: dict[Key, str] = field(default_factory=dict)
    places: dict[str, Key] = field(default_factory=dict)
    ended: dict[Key, Shown] = field(default_factory=dict)
    problems: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)


def evidence(pairs: Mapping[Key, Shown]) -> Evidence:
    """Codes that something observed has, with the names it has them by."""
    found: dict[str, set[str]] = {}
    for code, name in pairs.values():
        found.setdefault(code, set()).add(name)
    return {code: frozenset(names) for code, names in found.items()}


def placed(observed: Mapping[Key, Shown], succession: Succession, type_: str) -> Placing:
    """Find the new code of everything observed. Two that would have one code are a problem."""
    found, occupied = Placing(), evidence(observed)
    for key in sorted(observed, key=lambda key: (observed[key], key)):
        code, name = observed[key]
        now = code_now(found, succession, key, observed[key], occupied)
        if now.startswith(ENDED) and now.removeprefix(ENDED) in succession.fates[code].to:
            now = code
        if now.startswith(ENDED) or (now != code and now in found.places) or _merges(succession, code, now):
            found.ended[key] = (code, name)
        elif now in found.places:
            other = observed[found.places[now]][1]
            found.problems.append(message("personnel.code_twice", code=now, object=type_, one=name, other=other))
        else:
            found.places[now] = key
    return found


def code_now(found: Placing, succession: Succession, key: Key, shown: Shown, occupied: Evidence) -> str:
    """The code in the new organisation of what shows this code and name; kept in `found`, with what is doubtful."""
    code, name = shown
    if succession.is_circle_done(code, occupied):
        found.warnings.append(message("personnel.reform_looks_done", code=code, name=name, object=key.type))
    if succession.is_unclear(code, name, occupied):
        found.problems.append(message("personnel.reform_unclear", code=code, name=name, object=key.type))
    found.now[key] = succession.now(code, name, occupied)
    return found.now[key]


def _merges(succession: Succession, code: str, now: str) -> bool:
    fate = succession.fates.get(code)
    return fate is not None and now != code and not fate.keeps_identity
