"""The city's mail server as a state, made of the truth and not by chonai; and what is to be seen in such a state."""

from __future__ import annotations

from chonai.change.model import Key, Record, State, Value
from chonai.operations.personnel import Outcome, Request, plan
from chonai.operations.personnel.taken import Taken
from tests.city import mail
from tests.city.model import City
from tests.unit.personnel import world

RULES = world.rules("webmail")
RETIRED = "chonai:retired-on="


def observed(city: City, when: str = "before") -> dict[Key, Record]:
    """All accounts of people and sections."""
    seen = mail.facts(city, when)
    keys = {str(found["staffKey"]): _key(found) for found in seen.values() if "staffKey" in found}
    return {_key(found): _record(name, found, keys) for name, found in seen.items()}


def _key(found: dict[str, object]) -> Key:
    if "staffKey" in found:
        return Key("user", mail.id_of("user", str(found["staffKey"])))
    return Key("group", mail.id_of("group", str(found["sectionCode"])))


def _record(name: str, found: dict[str, object], keys: dict[str, Key]) -> Record:
    record: dict[str, Value] = {"name": name}
    for fact, value in found.items():
        if fact == "retired":
            record["notes"] = frozenset({f"{RETIRED}{value}"})
        elif fact == "member":
            record[fact] = frozenset(str(keys[staff]) for staff in value)  # type: ignore[attr-defined]
        else:
            record[fact] = value  # type: ignore[assignment]
    return record


def facts(state: State) -> dict[str, dict[str, object]]:
    """A state as `tests.city.mail.facts` tells it."""
    staff = {str(key): record.get("staffKey") for key, record in state.items()}
    found: dict[str, dict[str, object]] = {}
    for key, record in state.items():
        seen: dict[str, object] = {name: value for name, value in record.items() if name not in ("name", "notes")}
        if key.type == "user":
            retired = [note.removeprefix(RETIRED) for note in _values(record, "notes") if note.startswith(RETIRED)]
            seen |= {"retired": retired[0] if retired else None, "whenDisabled": record.get("whenDisabled") or "accept"}
        else:
            seen |= {"member": frozenset(staff[member] for member in _values(record, "member")), "enabled": True}
        found[str(record["name"])] = {
            fact: value for fact, value in seen.items() if value not in (None, "", frozenset())
        }
    return found


def _values(record: Record, name: str) -> frozenset[str]:
    value = record.get(name)
    return value if isinstance(value, frozenset) else frozenset()


def planned(state: State, asked: Request, taken: Taken = Taken()) -> Outcome:
    """The outcome for web mail."""
    return plan(state, {}, asked, world.policy(), RULES, taken=taken)
