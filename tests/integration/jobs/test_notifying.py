"""Who has to know what becomes of a run is told by a real mail server; one that is not there stops nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.delivery.conftest import MAIL
from tests.integration.delivery.test_delivery import BOX, box
from tests.jobs.city import City, make_city

FAILS = "- hosts: all\n  gather_facts: false\n  tasks: [{name: Fail, ansible.builtin.fail: {msg: it broke}}]\n"
MAIL_SETTINGS = """\
city_name: 汐見野市
mail:
  host: {host}
  port: {port}
  ca: {ca}
  sender: chonai@mail.shiomino.example
  recipients: ["@mail.shiomino.example"]
"""


def city_with_mail(root: Path, lab: Path, port: int, to: str) -> City:
    city = make_city(root)
    settings = MAIL_SETTINGS.format(host=MAIL, port=port, ca=lab / "ca/ca.pem")
    (root / "site.yml").write_text((root / "site.yml").read_text() + settings)
    city.playbook("fails", FAILS)
    city.jobs(fails={"playbook": "fails", "title": "毎週の照合", "notify": {"to": [to], "of": ["started", "failed"]}})
    return city


def arrived(lab: Path, run: str) -> list[str]:
    """The texts of mails about a run, taken out of the box."""
    with box(lab) as found:
        numbers = found.search(None, "FROM", "chonai@mail.shiomino.example")[1][0].split()
        raws = {number: found.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers}
        own = {number: text for number, raw in raws.items() if run in (text := text_of(raw))}
        for number in own:
            found.store(number, "+FLAGS", "\\Deleted")
        found.expunge()
    return list(own.values())


def text_of(raw: bytes) -> str:
    from email import message_from_bytes, policy

    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body()
    return f"{mail['Subject']}\n{body.get_content() if body else ''}"


def test_beginning_and_failure_of_a_run_arrive(lab: Path, tmp_path: Path) -> None:
    city = city_with_mail(tmp_path, lab, 25, BOX)
    assert city.chonai("job", "run", "fails").returncode == 4
    run = city.run_id()
    begun, failed = sorted(arrived(lab, run), key=lambda text: "失敗" in text)
    assert begun.startswith("［汐見野市］毎週の照合: ")
    assert "開始" in begun
    assert "失敗" in failed
    assert "it broke" not in failed
    told = city.chonai("job", "log", run).stdout
    assert told.count(f"told by mail: {BOX}") == 2


@pytest.mark.parametrize(("port", "to"), [(25, "x@elsewhere.example"), (25, "nobody.at.all@mail.shiomino.example")])
def test_a_mail_that_cannot_be_sent_is_on_record_and_stops_nothing(
    lab: Path, tmp_path: Path, port: int, to: str
) -> None:
    city = city_with_mail(tmp_path, lab, port, to)
    assert city.chonai("job", "run", "fails").returncode == 4
    events = json.loads(city.chonai("job", "log", city.run_id(), "--format", "json").stdout)["events"]
    assert [one["code"] for one in events].count("runs.event_not_told") == 2
    assert events[-1]["code"] in ("runs.event_not_told", "runs.event_ended")
