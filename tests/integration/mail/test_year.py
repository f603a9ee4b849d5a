"""The year's change of 汐見野市 on its real mail server: every box, alias and member, proved by mail, undone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.acceptance.ground import open_site
from tests.city import mail
from tests.city.build import build
from tests.integration.mail.post import Post
from tests.integration.mail.test_mail import can_log_in
from tests.integration.mail.town import FILES, Town

DAY = date(2026, 4, 1)
YEAR = {
    "orders": FILES / "orders-2026.csv",
    "roster": FILES / "roster-2026.xlsx",
    "organisation": FILES / "organisation-2026.csv",
    "reorganisation": FILES / "reorganisation-2026.csv",
}


@pytest.fixture
def town(lab: Path, tmp_path: Path) -> Iterator[Town]:
    """The city's own domain, as it was seeded before and after."""
    _reset(lab)
    with open_site(tmp_path / "site", lab, approval="second_person") as site:
        yield Town(lab, site, mail.DOMAIN)
    _reset(lab)


def _reset(lab: Path) -> None:
    subprocess.run([lab / "bin/mail", "reset", "webmail"], check=True, capture_output=True)


def differences(found: dict[str, dict[str, object]], expected: dict[str, dict[str, object]]) -> dict[str, object]:
    """What is otherwise, by address."""
    return {
        name: (found.get(name), expected.get(name))
        for name in sorted(found.keys() | expected.keys())
        if found.get(name) != expected.get(name)
    }


def test_the_whole_year_is_planned_approved_applied_proved_and_taken_back(town: Town) -> None:
    city, post = build(), Post(town.lab, mail.DOMAIN)
    assert not differences(town.facts(), mail.facts(city, "before"))
    before = town.dump()

    id_ = town.carry_out(town.plan(DAY, YEAR))
    assert not differences(town.facts(), mail.facts(city, "after"))
    assert not town.plan(DAY, YEAR).changes
    prove(town, post, id_)

    town.take_back(id_)
    after = town.dump()
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
    assert not differences(town.facts(), mail.facts(city, "before"))
    town.site.store.journal.verify()


def prove(town: Town, post: Post, id_: str) -> None:
    """What people can do afterwards."""
    boxes, passwords = mail.boxes(build(), "after"), town.passwords(id_)
    staff = (town.lab / "secrets" / "staff").read_text(encoding="utf-8").strip()
    joiner = next(box for box in boxes.values() if box.name in passwords and box.person.enabled)
    assert can_log_in(post, joiner.name, passwords[joiner.name])
    assert not can_log_in(post, joiner.name, staff)

    mover, stayer, old, new = somebody_who_moves()
    subjects = {address: post.send(address) for address in (old, new)}
    assert post.arrives(mover.name, subjects[new], staff)
    assert post.arrives(stayer.name, subjects[old], staff)
    assert not post.has(mover.name, subjects[old], staff)

    leaver = next(box for box in boxes.values() if box.bounces and not box.forward)
    assert not can_log_in(post, leaver.name, staff)
    assert post.is_refused(leaver.name)
    assert post.is_refused("ka-090400")

    renamed = next(box for box in boxes.values() if box.aliases)
    assert can_log_in(post, renamed.name, staff)
    assert post.arrives(renamed.name, post.send(next(iter(renamed.aliases))), staff)


def somebody_who_moves() -> tuple[mail.Box, mail.Box, str, str]:
    """A mover, somebody who stays where the mover was, that section's address, and the new one's."""
    before, after, boxes = (
        mail.sections(build(), "before"),
        mail.sections(build(), "after"),
        mail.boxes(build(), "after"),
    )
    working = {key for key, box in boxes.items() if box.person.enabled}
    for new, section in after.items():
        for key in sorted(section.members & working):
            for old in sorted(before.keys() & after.keys() - {new}):
                stay = before[old].members & after[old].members & working
                if key in before[old].members and key not in after[old].members and stay:
                    return boxes[key], boxes[min(stay)], old, new
    raise AssertionError("nobody moves")
