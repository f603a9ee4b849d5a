"""Readable names for keys: the plan's own labels, and for what has none what its records and the journal say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chonai.change.ledger import Ledger
from chonai.change.model import Key, Plan, Record, Value

DISPLAY = ("displayName", "cn", "ou")
ACCOUNT = ("name", "sAMAccountName", "uid")


@dataclass(slots=True)
class Names:
    """What the objects of one system are called."""

    labels: dict[Key, str] = field(default_factory=dict)
    real: dict[Key, Key] = field(default_factory=dict)
    keys: set[Key] = field(default_factory=set)

    @classmethod
    def of(cls, plans: Iterable[tuple[Plan, Ledger]]) -> Names:
        """Names from plans of one system and what the journal says of them; an earlier plan's word comes first."""
        names = cls()
        for plan, ledger in plans:
            names.real.update(ledger.keys)
            names.keys.update(ledger.keys.values(), (change.key for change in plan.changes))
            for key, label in plan.labels.items():
                names.labels.setdefault(key, label)
            for change in plan.changes:
                names._learn(change.key, change.before, change.after)
            for key, record in ledger.preimages.items():
                names._learn(key, record)
        for provisional, real in names.real.items():
            if provisional in names.labels:
                names.labels.setdefault(real, names.labels[provisional])
        return names

    def label(self, key: Key) -> str:
        """What the object is called; the key itself where nobody knows."""
        return self.labels.get(key) or str(key)

    def find(self, text: str) -> set[Key]:
        """The objects, by the keys that they have now, that `text` (a key, or `type:` and a name) may mean."""
        wanted = Key.parse(text)
        found = {key for key, label in self.labels.items() if key.type == wanted.type and wanted.id in _parts(label)}
        found |= {wanted} & self.keys
        return {self.real.get(key, key) for key in found}

    def _learn(self, key: Key, *records: Record) -> None:
        if key not in self.labels and (label := _label(records)):
            self.labels[key] = label


def is_reference(plan: Plan, type_: str, attribute: str) -> bool:
    """True where the values of this attribute are keys of other objects."""
    scope = plan.scope.get(type_)
    return scope is not None and attribute in scope.references


def _label(records: Iterable[Record]) -> str:
    """`displayName (account)`; one of them where there is no more. What is there before the change counts first."""
    display = _first(records, DISPLAY)
    account = _first(records, ACCOUNT)
    return f"{display} ({account})" if display and account and display != account else display or account


def _first(records: Iterable[Record], names: Iterable[str]) -> str:
    found = (record.get(name) for name in names for record in records)
    return next((text for value in found if (text := _text(value))), "")


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _parts(label: str) -> set[str]:
    return {label, *(part.removesuffix(")") for part in label.split(" ("))}


NameBook = Mapping[str, Names]
"""Names by system."""
