"""The city's mail server as a state, made of the truth and not by chonai; and what is to be seen in such a state."""

from __future__ import annotations

from datetime import date

from chonai.change.model import Key, Plan, Record, State, Value
from chonai.change.plan import Outcome, make_plan
from chonai.change.system import Observation
from chonai.operations.personnel import File, Request, plan, read_request
from chonai.operations.personnel.kinds import Phase
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


def person(number: int, name: str, kana: str = "シオミ　ハナ", **more: Value) -> tuple[Key, Record]:
    """One box; its person is 汐見花 of 総務課."""
    record: dict[str, Value] = {"name": name, "staffKey": f"1-{number:06d}", "displayName": "汐見　花", "kana": kana}
    record |= {"sectionCode": "010100", "department": "総務課", "enabled": True, "listed": True}
    return Key("user", str(number)), {**record, "whenDisabled": "accept", **more}


def section(code: str, name: str, *members: int, **more: Value) -> tuple[Key, Record]:
    """One section's address, under its old code as id."""
    people = frozenset(f"user:{number}" for number in members)
    record: dict[str, Value] = {"name": f"ka-{code}", "sectionCode": code, "displayName": name, "member": people}
    return Key("group", code), {**record, "listed": True, **more}


ORDERS = (
    "発令番号,発令日,発令区分,任命権者コード,職員番号,漢字氏名,カナ氏名,新所属コード,職名,旧職員番号,転送先,転送期限"
)


def orders(*rows: str) -> File:
    """A transaction list with these rows below its header."""
    return File("orders.csv", "\r\n".join([ORDERS, *rows]).encode("cp932"))


def order(number: int, type_: str, kana: str = "シオミ　ハナ", name: str = "汐見　花", more: str = "") -> str:
    """A row about somebody of 総務課, on the usual day of its type; `more` are the last cells."""
    day = "2026-03-31" if type_ in ("退職", "任期満了") else "2026-04-01"
    return f"{number},{day},{type_},1,{number:06d},{name},{kana},010100,主事,{more or ',,'}"


def reorganised(sections: dict[str, str], *rows: tuple[str, str, str]) -> Request:
    """A reorganisation of 2026-04-01 into these sections: old code, new code and kind of each row."""
    chart = "\r\n".join(["所属コード,所属名", *(f"{code},{name}" for code, name in sections.items())])
    table = "\r\n".join(["旧コード,新コード,種別,適用日", *(f"{old},{new},{kind},R8.4.1" for old, new, kind in rows)])
    asked = read_request(
        policy=world.policy(),
        effective_date=world.DAY,
        organisation=File("organisation.csv", chart.encode("cp932")),
        reorganisation=File("reorganisation.csv", table.encode("cp932")),
    )
    assert not asked.problems, asked.problems
    return asked


def made(state: State, asked: Request, taken: Taken = Taken()) -> tuple[dict[Key, Record], Outcome]:
    """The state after a request, as an apply leaves it."""
    outcome = planned(state, asked, taken)
    assert not outcome.problems, [problem.render("en") for problem in outcome.problems]
    assert not ordered(state, outcome).problems
    return world.after(state, outcome), outcome


def ordered(state: State, outcome: Outcome) -> Plan:
    """What the engine makes of an outcome: every step in an order in which it can be made."""
    return make_plan(
        system="webmail", operation="personnel", observation=Observation(state), desired=outcome.desired,
        scope=outcome.scope, reasons=outcome.reasons,
    )  # fmt: skip


def asked(*rows: str, phase: Phase = Phase.WHOLE, day: date = world.DAY) -> Request:
    """A request made of orders alone; without any, of nothing (for a clean-up)."""
    found = read_request(policy=world.policy(), effective_date=day, phase=phase, orders=orders(*rows) if rows else None)
    assert not found.problems, [problem.render("en") for problem in found.problems]
    return found


def planned(state: State, asked: Request, taken: Taken = Taken()) -> Outcome:
    """The outcome for web mail."""
    return plan(state, {}, asked, world.policy(), RULES, taken=taken)
