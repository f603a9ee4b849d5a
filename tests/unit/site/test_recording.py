"""What a run says goes into the journal whole or not at all, without secrets and without what would break it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chonai.change.errors import Fault
from chonai.jobs.runs import Step, steps_of
from chonai.runner.redaction import Redaction
from chonai.site.recording import LONGEST_SAID, Recording
from chonai.store import Store

NOW = datetime(2026, 4, 6, tzinfo=UTC)
SECRET = "Zf9!kq2-of-the-city"
RESULT = {"event": "result", "task": "t", "host": "h", "status": "failed", "at": NOW.timestamp(), "seconds": 1}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/chonai.db", clock=lambda: NOW) as opened:
        yield opened


def recorded(store: Store, folder: Path, *events: dict[str, object]) -> list[Step]:
    log = folder / "runs/run-1-1.log.gz"
    with Recording(store, "run-1", "sato", log, Redaction([SECRET]), lambda: NOW) as recording:
        for event in events:
            recording.event(json.dumps(event))
    return [step for row in store.journal.rows("run-1") for step in steps_of(row)]


@pytest.mark.parametrize(
    "broken",
    [{"seconds": float("nan")}, {"at": 1e300}, {"at": -1}, {"status": "fine"}, {"status": []}, {"seconds": None}],
)
def test_an_event_that_is_none_is_left_out_and_others_are_kept(
    store: Store, tmp_path: Path, broken: dict[str, object]
) -> None:
    assert len(recorded(store, tmp_path, {**RESULT, **broken}, RESULT)) == 1


def test_text_that_is_no_unicode_is_kept_as_far_as_it_can_be(store: Store, tmp_path: Path) -> None:
    [step] = recorded(store, tmp_path, {**RESULT, "said": "a\udcffb"})
    assert step.said == "a?b"


def test_a_secret_is_hidden_before_a_text_is_cut(store: Store, tmp_path: Path) -> None:
    [step] = recorded(store, tmp_path, {**RESULT, "host": SECRET, "said": "x" * (LONGEST_SAID - 5) + SECRET})
    assert not any(SECRET[:4] in text for text in (step.said, step.host))


def test_a_log_that_has_no_place_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(Fault) as caught:
        recorded(store, tmp_path)
    assert caught.value.message.code == "runs.no_log"
