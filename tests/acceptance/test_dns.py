"""Requests for DNS records on the lab's name servers: proved by dig, which is not ours, and taken back."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.demo.story import offered
from tests.acceptance.stage import CREW, FILES, Stage, refusal, stage, told
from tests.contract.nameserver import PRIMARY, SECONDARY, SERVER, ZONE, by_hand, dig
from tests.lab import reset

pytestmark = pytest.mark.usefixtures("lab")

SERVERS = (PRIMARY, SECONDARY)
REQUEST = str(FILES / "dns-request.csv")
AD_ZONE, DOMAIN_CONTROLLER = "lgwan.shiomino.example", "127.0.0.11"
REVERSE = "90.20.10.in-addr.arpa"
JAPANESE = f"xn--0kqq97c2oq86l.{ZONE}"
ASKED = {
    (f"sw-hon-3f-01.{ZONE}", "A"): ["10.20.90.31"],
    (f"31.{REVERSE}", "PTR"): [f"sw-hon-3f-01.{ZONE}."],
    (f"yoyaku.{ZONE}", "AAAA"): ["2001:db8:20:1::50"],
    (JAPANESE, "CNAME"): [f"yoyaku.{ZONE}."],
    (f"files.{ZONE}", "A"): ["10.20.1.31"],
    ("30.1.20.10.in-addr.arpa", "PTR"): [],
    (f"sw-hon-1f-01.{ZONE}", "A"): [],
    (f"11.{REVERSE}", "PTR"): [],
}


@pytest.fixture(autouse=True)
def seeded(lab: Path) -> Iterator[None]:
    """The zones as they were seeded, before and after."""
    reset([SERVER])
    yield
    reset([SERVER])


def plan(terminal: Stage, request: str = REQUEST) -> str:
    done = terminal.playbook("update_dns", request=request)
    assert done.returncode == 0, told(done)
    return offered(done.stdout)


def agreed(terminal: Stage, id_: str) -> str:
    done = terminal.approve(id_)
    assert done.returncode == 0, told(done)
    return id_


def zones() -> dict[str, list[str]]:
    """All that both servers say about the names in question."""
    return {server: [text for name, type_ in ASKED for text in dig(name, type_, server=server)] for server in SERVERS}


def written(folder: Path, *rows: str) -> str:
    """A request with these rows."""
    file = folder / "request.csv"
    file.write_text("\n".join(["系統,操作,名前,種別,値", *rows]) + "\n", encoding="utf-8")
    return str(file)


def test_planned_approved_applied_and_planned_again_and_taken_back(lab: Path, tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    before = zones()
    id_ = agreed(terminal, plan(terminal))
    assert zones() == before
    applied = terminal.playbook("change", change_id=id_, **CREW)
    assert applied.returncode == 0, told(applied)
    for server in SERVERS:
        assert {key: dig(*key, server=server) for key in ASKED} == ASKED

    again = terminal.playbook("update_dns", request=REQUEST)
    assert again.returncode == 0, told(again)
    assert len(terminal.change_sets) == 1

    by_hand(lab, f"add theirs.{ZONE} 60 A 10.20.1.66")
    undo = terminal.chonai("undo", id_)
    assert undo.returncode == 0, told(undo)
    (back,) = [one["id"] for one in terminal.change_sets if one["undo_of"] == id_]
    agreed(terminal, back)
    done = terminal.chonai("apply", back, "--operator", "sato", "--watcher", "tanaka")
    assert done.returncode == 0, told(done)
    assert terminal.state(id_) == "undone"
    assert zones() == before
    assert dig(f"theirs.{ZONE}", "A") == ["10.20.1.66"]


def test_a_zone_that_moved_after_the_plan_is_refused_and_named(lab: Path, tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    id_ = agreed(terminal, plan(terminal))
    by_hand(lab, f"delete files.{ZONE} A", f"add files.{ZONE} 3600 A 10.20.1.99")
    before = zones()
    refused = terminal.chonai("apply", id_, "--operator", "sato", "--watcher", "tanaka")
    assert refused.returncode == 3, told(refused)
    assert f"files.{ZONE}. A" in told(refused)
    assert f"yoyaku.{ZONE}" not in told(refused)
    assert zones() == before


def test_a_host_becomes_an_alias_and_a_host_again(lab: Path, tmp_path: Path) -> None:
    terminal = stage(tmp_path, "none")
    by_hand(lab, f"add files.{ZONE} 3600 AAAA 2001:db8:20:1::30")
    rows = written(tmp_path, "LGWAN系,削除,files,,", "LGWAN系,追加,files,CNAME,portal")
    done = terminal.playbook("update_dns", request=rows)
    assert done.returncode == 0, told(done)
    assert dig(f"files.{ZONE}", "CNAME") == [f"portal.{ZONE}."]
    [change] = terminal.change_sets
    undo = terminal.chonai("undo", change["id"])
    assert undo.returncode == 0, told(undo)
    (back,) = [one["id"] for one in terminal.change_sets if one["undo_of"] == change["id"]]
    done = terminal.chonai("apply", back, "--operator", "sato")
    assert done.returncode == 0, told(done)
    assert (dig(f"files.{ZONE}", "CNAME"), dig(f"files.{ZONE}", "A")) == ([], ["10.20.1.30"])
    assert dig(f"files.{ZONE}", "AAAA") == ["2001:db8:20:1::30"]
    assert dig("30.1.20.10.in-addr.arpa", "PTR") == [f"files.{ZONE}."]


def test_a_name_in_the_domain_is_signed_for_with_a_ticket_and_taken_back(tmp_path: Path) -> None:
    """The zone of Active Directory, beside the others in one change set. Nobody resets the domain for it."""
    terminal = stage(tmp_path, "none")
    host = f"t-{secrets.token_hex(4)}"
    name = f"{host}.{AD_ZONE}"
    rows = written(tmp_path, f"LGWAN系AD,追加,{host},A,10.20.90.91", "LGWAN系,追加,sw-hon-9f-02,A,10.20.90.92")
    done = terminal.playbook("update_dns", request=rows)
    assert done.returncode == 0, told(done)
    assert dig(name, "A", server=DOMAIN_CONTROLLER) == ["10.20.90.91"]
    assert dig(f"sw-hon-9f-02.{ZONE}", "A") == ["10.20.90.92"]
    [change] = terminal.change_sets
    undo = terminal.chonai("undo", change["id"])
    assert undo.returncode == 0, told(undo)
    (back,) = [one["id"] for one in terminal.change_sets if one["undo_of"] == change["id"]]
    done = terminal.chonai("apply", back, "--operator", "sato")
    assert done.returncode == 0, told(done)
    assert dig(name, "A", server=DOMAIN_CONTROLLER) == []


def test_a_server_that_is_down_is_waited_for(lab: Path, tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    id_ = agreed(terminal, plan(terminal))
    subprocess.run([lab / "bin/named", "stop", SERVER], check=True, capture_output=True)
    down = terminal.chonai("apply", id_, "--operator", "sato", "--watcher", "tanaka")
    assert down.returncode == 1, told(down)
    assert PRIMARY in told(down)
    subprocess.run([lab / "bin/named", "start", SERVER], check=True, capture_output=True)
    done = terminal.chonai("apply", id_, "--operator", "sato", "--watcher", "tanaka")
    assert done.returncode == 0, told(done)
    assert {key: dig(*key, server=SECONDARY) for key in ASKED} == ASKED


def test_a_wrong_request_is_refused_with_its_rows(tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    wrong = written(
        tmp_path, "LGWAN系,追加,portal,CNAME,www", "LGWAN系,追加,a_b,A,10.20.1.300", f"LGWAN系,変更,{ZONE},NS,portal"
    )
    said = told(terminal.playbook("update_dns", request=wrong))
    assert "row 2" in said
    assert "row 3" in said
    assert not terminal.change_sets


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (f"LGWAN系,追加,{ZONE}.,NS,portal", f"{ZONE}. NS"),
        ("LGWAN系,追加,dhcp-0002.clients,A,10.20.201.2", f"dhcp-0002.clients.{ZONE}. A"),
    ],
)
def test_what_is_protected_is_refused_by_name(tmp_path: Path, row: str, name: str) -> None:
    terminal = stage(tmp_path, "none")
    said = refusal(terminal.playbook("update_dns", request=written(tmp_path, row)))
    assert name in said
    assert dig(f"dhcp-0002.clients.{ZONE}", "A") == []


def test_the_brake_stands_before_a_zone_is_emptied(tmp_path: Path) -> None:
    terminal = stage(tmp_path, "none")
    names = ("www", "files", "portal", "_ldap._tcp", "*.preview", "SW-HON-1F-01", "SW-HON-2F-01", "mail")
    rows = [f"LGWAN系,削除,{name},," for name in names]
    said = refusal(terminal.playbook("update_dns", request=written(tmp_path, *rows, "LGWAN系,削除,@,MX,")))
    assert "more than 10 %" in said
    assert dig(f"files.{ZONE}", "A") == ["10.20.1.30"]
