"""Titles, and which title a rank has where."""

from __future__ import annotations

from .model import Section

TITLES: dict[str, str] = {
    "010": "部長",
    "011": "局長",
    "012": "教育次長",
    "013": "消防長",
    "014": "院長",
    "015": "公室長",
    "020": "次長",
    "021": "参事",
    "030": "課長",
    "031": "支所長",
    "032": "館長",
    "033": "所長",
    "034": "署長",
    "035": "科長",
    "040": "課長補佐",
    "041": "副署長",
    "042": "看護師長",
    "050": "係長",
    "051": "主幹",
    "060": "主査",
    "070": "主任",
    "080": "主事",
    "081": "技師",
    "082": "保健師",
    "083": "看護師",
    "084": "医師",
    "085": "消防士",
    "086": "指導主事",
    "087": "司書",
    "088": "保育士",
    "090": "事務補助員",
    "091": "主任専門員",
}
RANKS = ("director", "vice", "head", "deputy", "chief", "senior", "leader", "clerk")
_DIRECTOR = {
    "市長公室": "015",
    "教育委員会事務局": "012",
    "上下水道局": "011",
    "市立病院": "014",
    "消防本部": "013",
}
_HEAD = {"支所": "031", "館": "032", "センター": "033", "署": "034", "科": "035"}
_CLERK = {
    "看護科": "083",
    "診療科": "084",
    "薬剤科": "081",
    "健康づくり課": "082",
    "健康増進課": "082",
    "保健予防課": "082",
    "保育課": "088",
    "中央図書館": "087",
    "学校教育課": "086",
    "土木課": "081",
    "道路河川課": "081",
    "建築課": "081",
    "営繕課": "081",
    "水道工務課": "081",
    "下水道課": "081",
    "浄水課": "081",
}
_FIXED = {"vice": "020", "chief": "050", "senior": "060", "leader": "070"}


def title_of(rank: str, section: Section) -> str:
    """The title code of a rank in a section (``rank`` is one of RANKS)."""
    if rank == "director":
        return _DIRECTOR.get(section.name, "010")
    if rank == "head":
        return next((t for end, t in _HEAD.items() if section.name.endswith(end)), "030")
    if rank == "deputy":
        return "041" if section.name.endswith("署") else "042" if section.name == "看護科" else "040"
    if rank == "clerk":
        return "085" if section.body == "5" else _CLERK.get(section.name, "080")
    return _FIXED[rank]


def rank_of(title: str) -> str:
    """The rank a title code belongs to."""
    decade = {"01": "director", "02": "vice", "03": "head", "04": "deputy", "05": "chief", "06": "senior"}
    return decade.get(title[:2], "leader" if title == "070" else "clerk")
