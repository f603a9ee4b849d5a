"""Names of import files are such that every file server takes them."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from chonai.systems.csv_import.file_names import file_name, file_name_fault
from chonai.systems.csv_import.profile_reader import load_profile

FILE = load_profile("external_file_exchange").files["user"]


def test_a_name_is_composed_and_holds_nothing_that_windows_refuses() -> None:
    pattern = unicodedata.normalize("NFD", "{batch}_ガ_{system}_{part:03}.csv")
    name = file_name(replace(FILE, file_name=pattern), 'a/b:c"d', "20260401-007", 12)
    assert name == "20260401-007_ガ_a_b_c_d_012.csv"


@pytest.mark.parametrize("pattern", ["", ".x", "x.answer", "x ", "a\\b", "a?", "{date!z}", "{0}", "{part", "山" * 70])
def test_patterns_that_name_no_file(pattern: str) -> None:
    assert file_name_fault(pattern)


def test_a_date_is_the_day_of_the_batch() -> None:
    assert file_name(replace(FILE, file_name="{date}_{type}.csv"), "s", "20260401-007", 1) == "20260401_user.csv"
