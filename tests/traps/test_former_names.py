"""Who may go on under a former family name: how an order list says so."""

from __future__ import annotations

import pytest

from tests.traps import ground


@pytest.mark.parametrize(
    ("word", "name"),
    [
        *((word, "旧姓\u3000太郎") for word in ("○", "〇", "◯", "有", "１", "Y", "はい")),
        *((word, "新姓 太郎") for word in ("", "は", "無", "0")),
    ],
)
def test_the_use_of_a_former_name(word: str, name: str) -> None:
    renamed = ground.order("改姓", "001001", "新姓 太郎", 旧姓="旧姓", 旧姓使用=word)
    file = ground.csv_file(ground.table([renamed], header=renamed), encoding="utf-8")
    [order] = ground.ask(orders=file).orders or ()
    assert order.name == name
