"""Requests drawn at random, by seed. Some are wrong: then nothing may happen."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import yaml

from tests.city.build import build
from tests.city.model import Person, Post
from tests.city.people import Factory, Numbers
from tests.city.sheets import csv_bytes, orders_plain
from tests.city.year import Year

SITES, PURPOSES = ("中央図書館", "本庁舎"), ("事務端末",)
DNS_TYPES = ("A", "A", "AAAA", "CNAME", "TXT", "MX")


@dataclass(slots=True)
class Personnel:
    """Orders for people who had none before; one of many lists of the year."""

    rng: Random
    year: Year = field(init=False)
    told: int = 0

    def __post_init__(self) -> None:
        city = build()
        chart = city.before_organisation
        people = {person.key: person for person in city.before}
        self.year = Year(self.rng, Factory(self.rng, Numbers()), chart, chart, people)
        self.year.now = dict(people)

    def write(self, file: Path) -> None:
        """The next list: movers, people with a second post, leavers, people with another name, joiners."""
        year, rng = self.year, self.rng
        offices = year.offices("1")
        for key in self._some(4):
            year.move(key, Post(rng.choice(offices), year.before[key].main.title), kind="異動")
        for key in self._some(2):
            person = year.before[key]
            others = [code for code in offices if code != person.main.section]
            year.write("兼務", person, **year.place(Post(rng.choice(others), person.main.title)), post="兼務")
        for key in self._some(3):
            year.leave(key, rng.choice(["普通退職", "勧奨退職"]), "2026-03-31")
        for key in self._some(2):
            person = year.before[key]
            name = f"改姓\u3000{person.name.partition(chr(0x3000))[2]}"
            year.write("改姓", person, name=name, kana=f"カイセイ\u3000{person.kana.partition(chr(0x3000))[2]}")
        for _ in range(rng.randint(0, 2)):
            self._join(rng.choice(offices))
        file.write_bytes(csv_bytes(orders_plain(year.orders[self.told :])))
        self.told = len(year.orders)

    def _some(self, most: int) -> list[str]:
        return self.year.take(self.rng.randint(1, most), self._may_be_chosen)

    def _may_be_chosen(self, person: Person) -> bool:
        return self.year.ordinary(person) and person.kind == "正規" and person.body == "1"

    def _join(self, office: str) -> None:
        person = self.year.factory.person("1", "正規", Post(office, "080"), age=(22, 30))
        number = f"{500000 + len(self.year.orders):06d}"
        person = person.with_(number=number, account=number)
        self.year.write("採用", person, **self.year.place(person.main), kind="正規")


def dns_rows(rng: Random, network: str, cidr: str) -> Iterator[list[str]]:
    """Rows of a request for names: some come, some change, some go; they may contradict each other."""
    for _ in range(rng.randint(1, 5)):
        name, type_ = f"h{rng.randint(0, 9)}-honest", rng.choice(DNS_TYPES)
        action = rng.choice(["追加", "追加", "変更", "削除"])
        number = rng.randint(1, 250)
        value = {
            "A": f"{cidr}.{number}",
            "AAAA": f"2001:db8:20:7::{number:x}",
            "CNAME": f"h{rng.randint(0, 9)}-honest",
            "TXT": f"確認 {number}",
            "MX": f"10 h{rng.randint(0, 9)}-honest",
        }[type_]
        yield [network, action, name, type_, "" if action == "削除" and number % 2 else value]


def write_dns(rng: Random, file: Path, network: str, cidr: str) -> None:
    """A request for names."""
    with file.open("w", encoding="cp932", newline="") as out:
        csv.writer(out).writerows([["系統", "操作", "名前", "種別", "値"], *dns_rows(rng, network, cidr)])


@dataclass(slots=True)
class Addresses:
    """Requests for VLANs, networks and addresses, and their return."""

    rng: Random
    number: int = 0
    hosts: list[str] = field(default_factory=list)

    def write(self, file: Path) -> str:
        """The next request; what it is about."""
        self.number += 1
        kind = self.rng.choice(
            ["office", "addresses", "addresses", "release"] if self.hosts else ["office", "addresses"]
        )
        items = {"office": self._office, "addresses": self._addresses, "release": self._release}[kind]()
        request = {"request": f"R8-9{self.number:03d}", "owner": "市民課", "items": items}
        file.write_text(yaml.safe_dump(request, allow_unicode=True), encoding="utf-8")
        return kind

    def _office(self) -> list[dict[str, object]]:
        where = {"site": "中央図書館", "zone": "LGWAN系", "purpose": "事務端末", "action": "issue"}
        name = f"honest-{self.number}"
        return [
            {**where, "type": "vlan", "item": "v", "name": name},
            {**where, "type": "prefix", "item": "p", "name": name, "vlan": "v"},
            {**where, "type": "address", "item": "a", "prefix": "p", **self._named()},
        ]

    def _addresses(self) -> list[dict[str, object]]:
        where = {"site": "本庁舎", "zone": "LGWAN系", "purpose": "事務端末", "type": "address", "item": "a"}
        return [{**where, "action": self.rng.choice(["issue", "issue", "reserve"]), **self._named()}]

    def _named(self) -> dict[str, object]:
        names = [f"honest-{self.number}-{n}" for n in range(self.rng.randint(1, 4))]
        self.hosts += names
        return {"hostnames": names, "dns_zone": "shiomino.lg.example"}

    def _release(self) -> list[dict[str, object]]:
        host = self.hosts.pop(self.rng.randrange(len(self.hosts)))
        return [{"action": "release", "type": "address", "hostname": host}]
