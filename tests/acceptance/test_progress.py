"""The progress display counts from the journal what a worker of this process applies, and breaks nothing."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from ansible.plugins.loader import init_plugin_loader

from chonai.change.ports import Entry, Event
from chonai.site import Site, find_site
from tests.acceptance.demo.shell import ROOT, shell
from tests.lab import LAB


@pytest.fixture
def callback() -> Any:
    init_plugin_loader([str(ROOT / "collections")])
    return import_module("ansible_collections.chonai.ops.plugins.callback.progress")


def work(site: str, told: Connection) -> None:
    """A worker that has done 2 of 5 changes and still holds the system."""
    now = datetime.now(UTC)
    with Site.open(find_site({"CHONAI_SITE": site})) as opened:
        rows = ((Event.SEALED, "", {"changes": {"lgwan_ad": 5}}), (Event.OUTCOME, "lgwan_ad", {"done": [0, 1]}))
        opened.store.journal.append([Entry(event, "c1", system, "sato", now, data) for event, system, data in rows])
        with opened.store.locks.hold("lgwan_ad", "sato", "c1"):
            told.send("working")
            told.recv()


def test_what_a_worker_has_done_is_counted(callback: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = shell(tmp_path, LAB).environment["CHONAI_SITE"]
    monkeypatch.setenv("CHONAI_SITE", site)
    monkeypatch.delenv("CHONAI_STORE", raising=False)
    ours, theirs = multiprocessing.Pipe()
    worker = multiprocessing.get_context("fork").Process(target=work, args=(site, theirs))
    worker.start()
    assert ours.recv() == "working"
    found = callback.running()
    ours.send("end")
    worker.join()
    assert found == {"lgwan_ad": (2, 5)}
    assert callback.running() == {}


def test_without_a_site_it_is_silent(callback: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHONAI_SITE", str(tmp_path / "nowhere.yml"))
    assert callback.running() is None
