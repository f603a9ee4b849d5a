"""Catalogues of small cities, and what is exported of them."""

from __future__ import annotations

from typing import Any

from chonai.jobs.awx.export import export
from chonai.jobs.catalogue import read_catalogue
from tests.awx.exported import Task, tasks

AWX = {
    "prefix": "汐見野市",
    "organization": "汐見野市",
    "scm_url": "https://git.shiomino.example/chonai.git",
    "inventory": "inventories/shiomino",
    "image": "registry.shiomino.example/chonai:1",
}
JOB = {"title": "照合", "playbook": "audit_addresses"}
CLEANUP = {
    "title": "整理",
    "playbook": "personnel_change",
    "variables": {"phase": "cleanup"},
    "inputs": {"effective_date": {"title": "基準日", "type": "day", "default": "today"}},
    "approval": "city",
    "schedule": {"opening_day": 8, "at": "18:00"},
    "start_by": "2h",
    "timeout": "30m",
    "limit": "lgwan_ad",
    "notify": {"to": ["se@shiomino.example"], "of": ["started", "missed"]},
}


def playbook(
    jobs: dict[str, Any], awx: dict[str, Any] | None = None, gone: tuple[str, ...] = (), locale: str = "en", **more: Any
) -> str:
    """The YAML of a city with these jobs."""
    catalogue = read_catalogue({"jobs": jobs, "awx": AWX | (awx or {}), **more})
    assert catalogue.awx is not None
    return export(catalogue, catalogue.awx, gone, locale)


def exported(jobs: dict[str, Any], *modules: str, **more: Any) -> list[Task]:
    """The tasks of these modules; of all without any."""
    return [task for task in tasks(playbook(jobs, **more)) if not modules or task.module in modules]
