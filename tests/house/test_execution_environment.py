"""execution-environment.yml is what ansible-builder takes, and brings what the project is pinned to."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import ValidationError, validate

from tests.house.tree import ROOT

SCHEMA = json.loads((ROOT / "tests/awx/environment_schema.json").read_text(encoding="utf-8"))["schema"]


def definition() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "execution-environment.yml").read_text(encoding="utf-8"))
    return found


def test_ansible_builder_takes_it() -> None:
    validate(definition(), SCHEMA)
    with pytest.raises(ValidationError):
        validate({**definition(), "dependencys": {}}, SCHEMA)


def test_ansible_is_the_one_that_the_project_is_tested_with() -> None:
    locked = re.findall(r"^(ansible-(?:core|runner)==\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    named = definition()["dependencies"]
    assert sorted(locked) == sorted(named[name]["package_pip"] for name in ("ansible_core", "ansible_runner"))


def test_files_are_there_and_what_is_copied_is_given() -> None:
    files = definition()["additional_build_files"]
    assert not [file for file in files if not (ROOT / file["src"]).exists()]
    assert {file["dest"].split("/")[0] for file in files} == {"chonai"}
    steps = "\n".join(definition()["additional_build_steps"]["append_builder"])
    assert "COPY _build/chonai /tmp/chonai" in steps
    assert "--require-hashes" in steps


def test_the_hour_is_the_city_s() -> None:
    jobs = yaml.safe_load((ROOT / "inventories/shiomino/jobs.yml").read_text(encoding="utf-8"))
    assert f"ENV TZ={jobs.get('timezone', 'Asia/Tokyo')}" in definition()["additional_build_steps"]["append_final"]
