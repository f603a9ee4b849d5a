"""Random requests carried out on the lab: what was said beforehand, and what became of every system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from tests.acceptance.demo.domain import DOMAINS, LGWAN
from tests.acceptance.demo.shell import ROOT
from tests.acceptance.stage import Stage, stage
from tests.city.products import PRODUCTS
from tests.honesty.delta import actual, disagreements, predicted
from tests.honesty.requests import Addresses, Personnel, write_dns
from tests.honesty.seen import Seen, directory, domain_zone, folders, ledger, mail, product, zones
from tests.lab import LAB

Reader = Callable[[], Seen]
DAY = "2026-04-01"
ORGANISATION = ROOT / "inventories/shiomino/files/organisation-2025.csv"

PERSONNEL: Mapping[str, Reader] = {
    **{domain.host: partial(directory, domain) for domain in DOMAINS},
    "webmail": mail,
    "sanitizer": folders,
    **{name: partial(product, name) for name in PRODUCTS},
}
DNS: Mapping[str, Reader] = {"dns_lgwan": zones, "dns_ad": partial(domain_zone, LGWAN)}
ADDRESSES: Mapping[str, Reader] = {"ledger": ledger, "dns_lgwan": zones}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one request on one system. `said`: the objects that the plan would change; `wrong`: where what was
    seen afterwards is not what was said, a line each.
    """

    operation: str
    system: str
    said: int
    wrong: tuple[str, ...]


def personnel(folder: Path, rng: Random, cases: int) -> Iterator[Verdict]:
    """Lists of orders, one after the other, on all seven systems."""
    lists, terminal, file = Personnel(rng), stage(folder, "none"), folder / "orders.csv"
    for _ in range(cases):
        lists.write(file)
        told = {"orders": file, "organisation": ORGANISATION, "effective_date": DAY, "operator": "sato"}
        yield from _trial("personnel", terminal, "personnel_change", told, PERSONNEL)


def names(folder: Path, rng: Random, cases: int) -> Iterator[Verdict]:
    """Requests for names on both kinds of name server."""
    terminal, file = stage(folder, "none"), folder / "names.csv"
    for _ in range(cases):
        write_dns(rng, file, *rng.choice([("LGWAN系", "10.20.91"), ("lgwan_ad", "10.20.92")]))
        yield from _trial("dns", terminal, "update_dns", {"request": file, "operator": "sato"}, DNS)


def addresses(folder: Path, rng: Random, cases: int) -> Iterator[Verdict]:
    """Requests for addresses with names, and their return, on the ledger and the name server that follows it."""
    requests, terminal, file = Addresses(rng), stage(folder, "none"), folder / "addresses.yml"
    for _ in range(cases):
        playbook = "release_address" if requests.write(file) == "release" else "issue_address"
        yield from _trial("addressing", terminal, playbook, {"request": file, "operator": "sato"}, ADDRESSES)


def _trial(
    operation: str, terminal: Stage, playbook: str, told: Mapping[str, object], readers: Mapping[str, Reader]
) -> Iterator[Verdict]:
    """Look, carry out, look again, and compare with the plans. Of a refused request nothing is said."""
    before = {system: read() for system, read in readers.items()}
    known = {one["id"] for one in terminal.change_sets}
    words = [part for name, value in told.items() for part in ("-e", f"{name}={value}")]
    clerk = LAB / "bin/fake-clerk" if set(PRODUCTS) & readers.keys() else None
    terminal.shell.try_run("ansible-playbook", f"playbooks/{playbook}.yml", *words, clerk=clerk)
    made = [one["id"] for one in terminal.change_sets if one["id"] not in known]
    plans = {plan["system"]: plan for id_ in made for plan in terminal.shown(id_)["plans"]}
    for system, read in readers.items():
        said = predicted(plans.get(system, {"changes": []}))
        yield Verdict(operation, system, len(said), tuple(disagreements(said, actual(before[system], read()))))


TRIALS: Mapping[str, Callable[[Path, Random, int], Iterator[Verdict]]] = {
    "personnel": personnel,
    "dns": names,
    "addressing": addresses,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one operation on one system: requests, objects that plans said would change, and disagreements."""

    cases: int
    said: int
    wrong: int


def tally(verdicts: Sequence[Verdict]) -> dict[tuple[str, str], Tally]:
    """By operation and system, in the order in which they came."""
    cases = Counter((one.operation, one.system) for one in verdicts)
    said, wrong = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in verdicts:
        said[one.operation, one.system] += one.said
        wrong[one.operation, one.system] += len(one.wrong)
    return {key: Tally(count, said[key], wrong[key]) for key, count in cases.items()}
