"""A small ledger as a state, a policy, and requests: what the tests of the operation ask with."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import yaml

from chonai.change.holds import Held
from chonai.change.model import Action, Key, Plan, State, Value
from chonai.change.plan import Outcome, make_plan
from chonai.change.system import Observation
from chonai.operations.addressing import OPERATION, SCOPE, Guard, addressing_policy, plan, read_request
from chonai.operations.files import File

DAY = date(2026, 4, 1)
SYSTEM = "ledger"
POLICY: dict[str, object] = {
    "rules": [
        {
            "purpose": "事務",
            "site": "北支所",
            "vlans": ["120-122"],
            "vrf": "lgwan",
            "containers": ["10.20.0.0/22"],
            "leave_free": 9,
        },
        {"purpose": "基幹", "vlans": ["500"], "vlan_group": "core", "vrf": "mynumber", "containers": ["10.90.0.0/16"]},
        {"purpose": "v6", "vrf": "lgwan", "containers": ["2001:db8::/48"], "length": 64, "gateway": "none"},
    ]
}
LIFE: dict[str, Value] = {
    "status": "in_use", "until": None, "owner": "情報政策課", "purpose": None, "request": "R7-1", "item": "old",
    "ended_by": None,
}  # fmt: skip
LGWAN, MYNUMBER, NORTH, OFFICE = "vrf:lgwan", "vrf:mynumber", "site:north", "prefix:office"


def state(*more: tuple[str, dict[str, Value]]) -> dict[Key, dict[str, Value]]:
    """Two zones, two sites, two VRFs, a container and one office prefix; and what a test adds by key."""
    objects: dict[str, dict[str, Value]] = {
        "zone:lgwan": {"name": "LGWAN系"},
        "zone:mynumber": {"name": "個人番号利用事務系"},
        "site:hall": {"name": "本庁舎"},
        NORTH: {"name": "北支所"},
        LGWAN: {"name": "lgwan", "zone": "zone:lgwan"},
        MYNUMBER: {"name": "mynumber", "zone": "zone:mynumber"},
        "prefix:container": prefix("10.20.0.0/16", kind="container"),
        OFFICE: prefix("10.20.1.0/24", name="hall-office", gateway="10.20.1.1", purpose="事務", site="site:hall"),
    }
    keyed = {Key.parse(key): record for key, record in {**objects, **dict(more)}.items()}
    return {key: {**dict.fromkeys(SCOPE[key.type].attributes), **record} for key, record in keyed.items()}


def prefix(network: str, **more: Value) -> dict[str, Value]:
    """A prefix of the LGWAN's VRF."""
    return {"network": network, "vrf": LGWAN, "kind": "assignable", **LIFE, **more}


def address(text: str, **more: Value) -> dict[str, Value]:
    """An address of the office prefix."""
    return {"address": text, "prefix": OFFICE, "role": "host", **LIFE, **more}


def ended(until: str, status: str = "retired") -> dict[str, Value]:
    """What has an end."""
    return {"status": status, "until": until, "ended_by": "R7-9 x"}


def file(*items: dict[str, object], request: str = "R8-1", owner: str = "北支所") -> File:
    """A request in YAML."""
    document = {"request": request, "owner": owner, "items": list(items)}
    return File("request.yml", yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode())


def asked(
    observed: State,
    *items: dict[str, object],
    request: str = "R8-1",
    owner: str = "北支所",
    day: date = DAY,
    held: Collection[Held] = (),
    policy: dict[str, object] | None = None,
) -> Outcome:
    """What becomes of a request."""
    rules = addressing_policy({**POLICY, **(policy or {})})
    read = read_request(file(*items, request=request, owner=owner), rules)
    return plan(observed, read, rules, day, Guard(held=held))


def planned(observed: State, outcome: Outcome) -> Plan:
    """The outcome as a plan, which has to have no problems."""
    assert not outcome.problems, [str(one) for one in outcome.problems]
    made = make_plan(
        system=SYSTEM,
        operation=OPERATION,
        observation=Observation(observed),
        desired=outcome.desired,
        scope=SCOPE,
        reasons=outcome.reasons,
    )
    assert not made.problems, [str(one) for one in made.problems]
    return made


def after(observed: State, outcome: Outcome) -> State:
    """The ledger when the plan is done."""
    planned(observed, outcome)
    return outcome.desired


def said(outcome: Outcome) -> list[str]:
    """Codes of the problems."""
    return [str(getattr(one.fields.get("what"), "code", one.code)) for one in outcome.problems]


def created(plan_: Plan, name: str) -> list[Value]:
    """An attribute of everything that a plan makes, in order."""
    return [change.after[name] for change in plan_.changes if change.action is Action.CREATE and name in change.after]


def values(objects: State, type_: str, name: str) -> list[Value]:
    """An attribute of all objects of a type, sorted."""
    found: Iterable[Value] = (record.get(name) for key, record in objects.items() if key.type == type_)
    return sorted((one for one in found if one is not None), key=str)
