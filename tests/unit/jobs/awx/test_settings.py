"""What a catalogue says of AWX is read with everything that is wrong with it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chonai.change.errors import InputError
from chonai.jobs.awx.settings import Awx
from chonai.jobs.catalogue import read_catalogue
from chonai.policies.reading import schema_paths
from tests.house.tree import ROOT
from tests.unit.jobs.awx.cities import AWX


def faults(awx: dict[str, Any]) -> list[tuple[str, object]]:
    with pytest.raises(InputError) as caught:
        read_catalogue({"jobs": {}, "awx": awx})
    return [(one.code, one.fields["path"]) for one in caught.value.details]


def test_a_catalogue_needs_none() -> None:
    assert read_catalogue({"jobs": {}}).awx is None
    found = read_catalogue({"jobs": {}, "awx": AWX}).awx
    assert found is not None
    assert (found.scm_branch, found.credentials) == ("main", ())


def test_all_faults_are_told_at_once() -> None:
    assert faults({**AWX, "prefix": " ", "image": ""}) == [
        ("awx.empty", "jobs.awx.prefix"),
        ("awx.empty", "jobs.awx.image"),
    ]


def test_what_is_missing_and_what_is_unknown() -> None:
    wrong = faults({"prefix": "x", "project": "y"})
    assert ("policy.unknown", "jobs.awx.project") in wrong
    assert ("policy.missing", "jobs.awx.scm_url") in wrong


@pytest.mark.parametrize("url", ["https://abe:secret@git.example/x.git", "HTTPS://:secret@git.example/x.git"])
def test_no_password_goes_into_awx_by_this_way(url: str) -> None:
    assert faults({**AWX, "scm_url": url}) == [("awx.secret_in_url", "jobs.awx.scm_url")]


@pytest.mark.parametrize("url", ["git@git.example:x.git", "ssh://git@git.example/x.git", "https://git.example/x@y:z"])
def test_a_name_in_an_address_is_no_password(url: str) -> None:
    assert read_catalogue({"jobs": {}, "awx": {**AWX, "scm_url": url}}).awx is not None


def test_every_key_is_documented() -> None:
    page = (ROOT / "docs/awx.md").read_text(encoding="utf-8").partition("## What the catalogue says")[2]
    table = page.partition("| key |")[2].partition("\n\n")[0]
    assert sorted(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)) == sorted(schema_paths(Awx))
