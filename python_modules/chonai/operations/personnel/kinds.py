"""What an order does (発令区分), and the usual Japanese names and codes of each kind of order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What one order does to a person."""

    JOIN = "join"
    MOVE = "move"
    ADD_POST = "add_post"
    REMOVE_POST = "remove_post"
    LEAVE = "leave"
    RETURN = "return"
    RETIRE = "retire"
    REHIRE = "rehire"
    RENAME = "rename"
    CANCEL = "cancel"
    CORRECT = "correct"


class Status(StrEnum):
    """How a person stands with the city."""

    WORKING = "working"
    ON_LEAVE = "on_leave"
    LEFT = "left"


class Phase(StrEnum):
    """What of a request is planned.

    whole    everything that is due
    prepare  accounts of people who join, disabled, in no group and without a post; days before
    cutover  everything but deletions and what is over; at the effective time
    cleanup  deletions that are due; aliases, forwardings and times of reading that are over; days and months after
    """

    WHOLE = "whole"
    PREPARE = "prepare"
    CUTOVER = "cutover"
    CLEANUP = "cleanup"


class ReformKind(StrEnum):
    """What one row of the reorganisation table does."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    NEW = "new"
    ABOLISH = "abolish"
    TRANSFER = "transfer"


class SplitAddress(StrEnum):
    """Whose the address of a split section becomes."""

    FIRST = "first"
    NOBODY = "nobody"


class GivesBack(StrEnum):
    """To whom a system gives an address again whose account it has deleted: to the staff number under which it knew the
    account, or to the person, whatever number they have by then.
    """

    NUMBER = "number"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class OrderType:
    """One kind of order. `immediate`: takes effect on its own date; a leaver otherwise works through that day."""

    name: str
    act: Act
    aliases: tuple[str, ...] = ()
    immediate: bool = False


def _types(first: int, act: Act, *names: str) -> dict[str, OrderType]:
    return {f"{first + i:02d}": OrderType(name, act) for i, name in enumerate(names)}


def usual_order_types() -> Mapping[str, OrderType]:
    """Order types by code, as Japanese cities name them; a city's policy changes or adds to them."""
    return {
        **_types(1, Act.JOIN, "採用", "新規任用", "転入", "派遣受入"),
        **_types(11, Act.MOVE, "異動", "配置換", "昇任", "降任"),
        **_types(21, Act.ADD_POST, "兼務", "併任", "事務取扱"),
        **_types(24, Act.REMOVE_POST, "兼務解除", "併任解除", "事務取扱解除"),
        **_types(31, Act.LEAVE, "出向", "派遣", "休職"),
        "34": OrderType("育児休業", Act.LEAVE, ("育休",)),
        "35": OrderType("停職", Act.LEAVE),
        **_types(41, Act.RETURN, "復職", "復帰", "派遣終了"),
        "51": OrderType("定年退職", Act.RETIRE, ("定年",)),
        "52": OrderType("勧奨退職", Act.RETIRE, ("勧奨",)),
        "53": OrderType("普通退職", Act.RETIRE, ("退職", "普通")),
        "54": OrderType("死亡退職", Act.RETIRE, ("死亡",), immediate=True),
        "55": OrderType("失職", Act.RETIRE, immediate=True),
        "56": OrderType("免職", Act.RETIRE, ("懲戒免職", "分限免職"), immediate=True),
        "57": OrderType("任期満了", Act.RETIRE, ("任期満了退職",)),
        **_types(61, Act.REHIRE, "再任用", "定年前再任用短時間", "暫定再任用"),
        "64": OrderType("会計年度更新", Act.REHIRE, ("会計年度任用職員更新",)),
        **_types(71, Act.RENAME, "改姓", "旧姓使用", "カナ訂正"),
        "91": OrderType("取消", Act.CANCEL, ("発令取消",)),
        "92": OrderType("訂正", Act.CORRECT, ("発令訂正",)),
    }


def usual_reform_kinds() -> Mapping[str, ReformKind]:
    """Words of the reorganisation table."""
    return {
        "改称": ReformKind.RENAME,
        "名称変更": ReformKind.RENAME,
        "統合": ReformKind.MERGE,
        "分割": ReformKind.SPLIT,
        "新設": ReformKind.NEW,
        "廃止": ReformKind.ABOLISH,
        "移管": ReformKind.TRANSFER,
    }


def usual_statuses() -> Mapping[str, Status]:
    """Words of the roster's 在職 column."""
    leave = ("休職", "育児休業", "育休", "停職", "派遣", "出向")
    return {"在職": Status.WORKING, "退職": Status.LEFT, **dict.fromkeys(leave, Status.ON_LEAVE)}
