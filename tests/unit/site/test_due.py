"""Whether it is time for a job: not too early, not too late, not in a blackout."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from chonai.change.errors import ChonaiError, Refused, UsageError
from chonai.site.jobs import due
from chonai.site.settings import SiteSettings

RULE = "DTSTART;TZID=Asia/Tokyo:20260105T060000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO"


def site(folder: Path, schedule: dict[str, Any] | None, **more: Any) -> SiteSettings:
    job = {"title": "照合", "playbook": "x", "start_by": "30m"} | ({"schedule": schedule} if schedule else {})
    (folder / "playbooks").mkdir()
    (folder / "playbooks/x.yml").touch()
    file = folder / "jobs.yml"
    file.write_text(yaml.safe_dump({"jobs": {"x": job}, **more}, allow_unicode=True))
    return SiteSettings(folder, folder, "", folder, (), jobs=file)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


@pytest.mark.parametrize("now", ["2026-01-13T06:00", "2026-01-13T06:29:59", "2026-01-13T06:30"])
def test_it_is_time_until_start_by(tmp_path: Path, now: str) -> None:
    # The Monday is 成人の日.
    settings = site(tmp_path, {"rrule": RULE, "on_closed": "after"})
    assert due(settings, "x", at(now)).at == at("2026-01-13T06:00")


@pytest.mark.parametrize(
    ("now", "code"),
    [
        ("2026-01-13T06:30:01", "awx.not_due"),
        ("2026-01-13T05:59:59", "awx.not_due"),
        ("2026-01-12T06:00", "awx.not_due"),
        ("2026-01-19T06:10", "awx.in_blackout"),
        ("2026-01-04T06:00", "awx.never_due"),
    ],
)
def test_it_is_not_time(tmp_path: Path, now: str, code: str) -> None:
    outage = {"title": "停電", "begins": "2026-01-18T00:00", "ends": "2026-01-20T00:00"}
    settings = site(tmp_path, {"rrule": RULE, "on_closed": "after"}, blackouts=[outage])
    with pytest.raises(Refused) as refused:
        due(settings, "x", at(now))
    assert refused.value.message.code == code


@pytest.mark.parametrize(
    ("schedule", "name", "kind", "code"),
    [
        (None, "x", Refused, "awx.no_schedule"),
        (None, "y", UsageError, "jobs.no_such_job"),
        ({"opening_day": 8, "at": "09:00"}, "x", UsageError, "jobs.beyond"),
    ],
)
def test_nobody_begins_it_or_nobody_knows(
    tmp_path: Path, schedule: dict[str, Any] | None, name: str, kind: type[ChonaiError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        due(site(tmp_path, schedule), name, at("2028-01-15T09:00"))
    assert caught.value.message.code == code
