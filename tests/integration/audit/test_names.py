"""The ledger against the names of the lab's name server."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.change.errors import SystemUnreachable
from chonai.change.model import Value
from chonai.site.auditing import Asked, audit
from chonai.site.ledgers import Ledger
from chonai.site.systems import Settings
from tests.contract.nameserver import SERVER, ZONE, settings
from tests.unit.addressing.town import DAY, address, prefix, state
from tests.unit.change.people import make_people
from tests.unit.cli.town import Town, make_town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path, make_people(tmp_path))


def host(last: str, name: str) -> tuple[str, dict[str, Value]]:
    return f"address:{last}", address(f"10.20.1.{last}", hostname=name, dns_zone=ZONE)


LEDGER = Ledger(
    state(
        host("10", "portal"),
        host("25", "mail2"),
        host("99", "gone"),
        host("98", "files"),
        ("prefix:5", prefix("10.20.5.0/24")),
    ),
    (),
    DAY,
)


def said(town: Town, server: Settings, asked: Asked) -> list[str]:
    with town.open() as site:
        found = audit(site, LEDGER, asked, {SERVER: server}.get)
    return [f"{row.address} {row.why.render('en')}" for row in found.rows]


def test_what_dns_says_of_a_prefix(lab: Path, town: Town) -> None:
    server = {**settings(lab), "kind": "dns"}
    assert said(town, server, Asked(dns=(SERVER,), prefixes=("hall-office",))) == [
        "10.20.1.25 the ledger calls it mail2.shiomino.lg.example, DNS mail.shiomino.lg.example",
        "10.20.1.25 the ledger calls it mail2.shiomino.lg.example, DNS mail.shiomino.lg.example",
        "10.20.1.98 no PTR 10.20.1.98 on dns_lgwan",
        "10.20.1.98 DNS has files.shiomino.lg.example at 10.20.1.30",
        "10.20.1.99 no A gone.shiomino.lg.example on dns_lgwan",
        "10.20.1.99 no PTR 10.20.1.99 on dns_lgwan",
        "10.20.1.30 the ledger does not have it; seen: files.shiomino.lg.example",
    ]
    assert said(town, server, Asked(dns=(f"{SERVER},vrf=mynumber",), prefixes=("hall-office",))) == []


def test_a_name_server_that_does_not_answer_is_no_agreement(lab: Path, town: Town) -> None:
    server = {**settings(lab, server="127.0.0.61#9"), "kind": "dns"}
    with pytest.raises(SystemUnreachable):
        said(town, server, Asked(dns=(SERVER,)))
