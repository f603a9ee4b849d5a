"""A small city's zones and policy, and requests on them."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.change.model import Key, Record, State
from chonai.change.plan import make_plan
from chonai.change.system import Observation
from chonai.operations.dns.draft import RRSET
from chonai.operations.dns.operation import OPERATION, SCOPE, Drawn, plan
from chonai.operations.dns.policy import DnsPolicy, dns_policy, server_policy
from chonai.operations.dns.request import Request, read_request
from chonai.operations.files import File

DOMAIN, REVERSE, REVERSE6 = "shiomino.lg.example.", "20.10.in-addr.arpa.", "0.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa."
POLICY: Mapping[str, object] = {"networks": {"lgwan": ["LGWAN系"], "internet": []}}
HEADER = "系統,操作,名前,種別,値,TTL,逆引き,申請"


def rrset(owner: str, type_: str, *data: str, ttl: int = 3600) -> tuple[Key, Record]:
    """An RRset as a server has it; a name without a dot at the end is of the domain."""
    name = owner if owner.endswith(".") else f"{owner}.{DOMAIN}"
    id_ = f"{name} {type_}"
    return Key(RRSET, id_), {"name": id_, "ttl": ttl, "data": frozenset(data)}


def zones(*more: tuple[Key, Record]) -> State:
    """The zones with what every test may expect, and more."""
    soa = f"ns1.{DOMAIN} hostmaster.{DOMAIN} 1 2 3 4 5"
    base = [rrset(zone, "SOA", soa) for zone in (DOMAIN, REVERSE, REVERSE6)]
    base += [
        rrset(DOMAIN, "NS", f"ns1.{DOMAIN}"),
        rrset("ns1", "A", "10.20.0.53"),
        rrset(f"53.0.{REVERSE}", "PTR", f"ns1.{DOMAIN}"),
        rrset("portal", "A", "10.20.1.10"),
        rrset(f"10.1.{REVERSE}", "PTR", f"portal.{DOMAIN}"),
        rrset("www", "CNAME", f"portal.{DOMAIN}"),
    ]
    return dict([*base, *more])


def policy(**more: object) -> DnsPolicy:
    """The city's policy, with any of it replaced."""
    return dns_policy({**POLICY, **more})


def table(*rows: str, city: DnsPolicy | None = None) -> Request:
    """A request as a table: rows below the header."""
    return read_request(File("request.csv", "\n".join([HEADER, *rows]).encode()), city or policy())


def asked(*rows: str, state: State | None = None, city: DnsPolicy | None = None) -> Drawn:
    """What a request makes of the zones."""
    own = city or policy()
    server = server_policy({"network": "lgwan", "domain": DOMAIN}, own)
    return plan(zones() if state is None else state, {}, table(*rows, city=own), own, server)


def changes(outcome: Drawn) -> list[str]:
    """The changes of the plan, in order: action, id and what comes."""
    made = make_plan(
        system="dns",
        operation=OPERATION,
        observation=Observation(outcome.observed),
        desired=outcome.desired,
        scope=SCOPE,
        reasons=outcome.reasons,
    )
    assert not made.problems
    return [f"{change.action} {change.key.id} {_told(change.after.get('data'))}".strip() for change in made.changes]


def wrong(outcome: Drawn) -> list[str]:
    """The codes of what is wrong; there has to be something."""
    assert outcome.problems, "nothing was found wrong"
    return codes(outcome)


def right(outcome: Drawn) -> list[str]:
    """The changes of a plan without a problem."""
    assert not outcome.problems, str(outcome.problems[0])
    return changes(outcome)


def warned(outcome: Drawn) -> set[str]:
    """The codes of the warnings."""
    return {
        *(one.code for one in outcome.warnings),
        *(str(getattr(one.fields.get("what"), "code", "")) for one in outcome.warnings),
    }


def codes(outcome: Drawn) -> list[str]:
    """What is wrong with a request, by the codes of the sentences."""
    return [_code(problem.fields) or problem.code for problem in outcome.problems]


def _code(fields: Mapping[str, object]) -> str:
    return str(getattr(fields.get("what"), "code", ""))


def _told(value: object) -> str:
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else ""
