"""Moments in the reader's zone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from chonai.text.messages import Message, message
from chonai.text.moments import moment, read

JST = timezone(timedelta(hours=9))
LATE = datetime(2026, 3, 31, 22, 0, 59, tzinfo=JST)


@pytest.fixture(params=["Asia/Tokyo", "UTC", "Asia/Kolkata", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield str(request.param)
    monkeypatch.undo()
    time.tzset()


SHOWN = {
    "Asia/Tokyo": "2026-03-31 22:00 +09:00",
    "UTC": "2026-03-31 13:00 +00:00",
    "Asia/Kolkata": "2026-03-31 18:30 +05:30",
    "America/New_York": "2026-03-31 09:00 -04:00",
}


def test_one_zone_whoever_wrote_it(zone: str) -> None:
    assert moment(LATE) == moment(LATE.astimezone(UTC)) == SHOWN[zone]


def test_a_sentence_shows_moments_so_also_after_the_journal(zone: str) -> None:
    said = message("identity.too_early", id="x", not_before=LATE, now=LATE.astimezone(UTC))
    kept = json.loads(json.dumps(said.as_json()))
    assert kept["fields"] == {"id": "x", "not_before": "2026-03-31T22:00:59+09:00", "now": "2026-03-31T13:00:59+00:00"}
    for one in (said, Message(kept["code"], kept["fields"])):
        assert one.render("en").count(SHOWN[zone]) == 2
        assert "type the same command again" in one.render("en")


@pytest.mark.parametrize(
    "text", ["", "2026-03-31", "2026-03-31T22:00", "2026-03-31T22:00 山田太郎", "2026-13-31T22:00:00+09:00", "x" * 40]
)
def test_any_other_text_is_left_as_it_is(text: str) -> None:
    assert read(text) is None
