"""What columns of an address ledger in a spreadsheet are called, and what is written in them. The first name of a
column is the one in which it is exported.
"""

from __future__ import annotations

from collections.abc import Mapping

from chonai.operations.addressing.model import (
    ADDRESS,
    ASSIGNABLE,
    CONTAINER,
    DEVICE,
    HOST,
    IN_USE,
    INTERFACE,
    PREFIX,
    RANGE,
    RESERVED,
    RETIRED,
    SITE,
    VLAN,
    VRF,
    ZONE,
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "address": ("アドレス", "IPアドレス", "IP", "IPv4アドレス", "IPv4", "固定IP", "address"),
    "prefix": ("ネットワーク", "ネットワークアドレス", "セグメント", "サブネット", "プレフィックス", "prefix"),
    "mask": ("サブネットマスク", "ネットマスク", "マスク", "mask"),
    "first": ("先頭", "先頭アドレス", "開始", "開始アドレス", "first"),
    "last": ("末尾", "末尾アドレス", "終了", "終了アドレス", "最終アドレス", "last"),
    "vlan": ("VLAN", "VLAN ID", "VLAN番号", "VID"),
    "vlan_name": ("VLAN名", "VLAN名称"),
    "vlan_group": ("VLANグループ", "VTPドメイン", "vlan_group"),
    "name": ("名称", "ネットワーク名", "セグメント名", "サブネット名", "name"),
    "vrf": ("VRF", "VRF名"),
    "zone": ("系", "系統", "zone"),
    "site": ("拠点", "拠点名", "施設", "庁舎", "site"),
    "kind": ("種別", "kind"),
    "gateway": ("ゲートウェイ", "デフォルトゲートウェイ", "GW", "gateway"),
    "issuable": ("払出", "払出可否", "issuable"),
    "role": ("役割", "role"),
    "hostname": ("ホスト名", "コンピュータ名", "コンピューター名", "FQDN", "hostname"),
    "dns_zone": ("DNSゾーン", "ドメイン", "dns_zone"),
    "device": ("機器名", "機器", "装置名", "device"),
    "interface": ("インターフェース", "インターフェイス", "インタフェース", "IF", "interface"),
    "management": ("管理用", "management"),
    "mac": ("MACアドレス", "MAC"),
    "product": ("製品", "機種", "型番", "product"),
    "platform": ("プラットフォーム", "OS", "platform"),
    "serial": ("シリアル番号", "シリアル", "製造番号", "serial"),
    "status": ("状態", "状況", "ステータス", "使用状況", "利用状況", "status"),
    "until": ("期限", "予約期限", "until"),
    "owner": ("利用課", "所属", "所管課", "所管", "担当課", "管理課", "使用課", "部署", "所有者", "owner"),
    "purpose": ("用途", "使用目的", "利用目的", "purpose"),
    "request": ("申請番号", "依頼番号", "request"),
    "item": ("項目", "item"),
    "ended_by": ("返却の申請", "ended_by"),
    "description": ("説明", "description"),
    "note": ("備考", "摘要", "メモ", "note"),
}
"""Every column that is known."""

_LIFE = ("status", "until", "owner", "purpose", "request", "item", "ended_by", "note")
SHEETS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    ZONE: ("系", ("zone", "description")),
    SITE: ("拠点", ("site", "description")),
    VRF: ("VRF", ("vrf", "zone", "description")),
    VLAN: ("VLAN", ("vlan", "name", "site", "vlan_group", "zone", *_LIFE)),
    PREFIX: ("ネットワーク", ("prefix", "name", "vrf", "kind", "gateway", "vlan", "site", "zone", *_LIFE)),
    RANGE: ("範囲", ("prefix", "vrf", "first", "last", "issuable", "purpose", "note")),
    DEVICE: ("機器", ("device", "site", "zone", "product", "platform", "serial", "owner", "note")),
    INTERFACE: ("インターフェース", ("device", "interface", "vlan", "mac", "management", "note")),
    ADDRESS: (
        "アドレス",
        ("address", "prefix", "vrf", "role", "hostname", "dns_zone", "device", "interface", *_LIFE),
    ),
}
"""The sheet of each type in an exported workbook, and its columns."""

USED: Mapping[str, frozenset[str]] = {
    **{type_: frozenset(columns) for type_, (_, columns) in SHEETS.items()},
    VLAN: frozenset({*SHEETS[VLAN][1], "vlan_name"}),
    PREFIX: frozenset({*SHEETS[PREFIX][1], "mask", "vlan_name", "vlan_group"}),
    ADDRESS: frozenset({*SHEETS[ADDRESS][1], "mask", "vlan", "vlan_name", "gateway"}),
}
"""The columns that are read in a table of a type."""

NEEDED: Mapping[str, tuple[frozenset[str], ...]] = {
    ADDRESS: (frozenset({"address"}),),
    RANGE: (frozenset({"first", "last"}),),
    PREFIX: (frozenset({"prefix"}),),
    INTERFACE: (frozenset({"device", "interface"}),),
    DEVICE: (frozenset({"device", "product"}), frozenset({"device", "serial"}), frozenset({"device", "platform"})),
    VLAN: (frozenset({"vlan"}),),
    VRF: (frozenset({"vrf", "description"}),),
    SITE: (frozenset({"site", "description"}),),
    ZONE: (frozenset({"zone", "description"}),),
}
"""By which columns a table is known to be of a type; the first that fits."""

LEADS: Mapping[str, str] = {
    ADDRESS: "address",
    RANGE: "first",
    PREFIX: "prefix",
    INTERFACE: "device",
    DEVICE: "device",
    VLAN: "vlan",
    VRF: "vrf",
    SITE: "site",
    ZONE: "zone",
}
"""The column that a row of a table has to fill."""

FREE, POOL = "free", "pool"
STATUSES: Mapping[str, str] = {
    **dict.fromkeys(("使用中", "in_use", "使用", "使用済", "利用中", "払出済", "割当済", "稼働", "稼働中", "運用中",
                     "○", "〇", "●"), IN_USE),
    **dict.fromkeys(("予約", "reserved", "予約済", "予約済み", "予約中", "確保", "予定"), RESERVED),
    **dict.fromkeys(("廃止", "retired", "廃止済", "返却", "返却済", "撤去", "撤去済"), RETIRED),
    **dict.fromkeys(("空き", "free", "空", "未使用", "未割当", "未払出", "空きip"), FREE),
    **dict.fromkeys(("dhcp", "dhcpプール", "dhcp範囲", "プール", "払出対象外"), POOL),
}  # fmt: skip
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("払出用", ASSIGNABLE), ASSIGNABLE),
    **dict.fromkeys(("まとめ用", "集約", CONTAINER), CONTAINER),
}
GATEWAY = "gateway"
ROLES: Mapping[str, str] = {
    **dict.fromkeys(("ホスト", HOST), HOST),
    **dict.fromkeys(("ゲートウェイ", GATEWAY, "gw", "デフォルトゲートウェイ", "dgw"), GATEWAY),
}
FLAGS: Mapping[str, str] = {
    **dict.fromkeys(("可", "はい", "有", "yes", "true", "○", "〇", "1"), "yes"),
    **dict.fromkeys(("不可", "いいえ", "無", "no", "false", "×", "0"), "no"),
}
"""Words in a cell, folded, and what they mean. The first of each is the one that is exported."""
FLAGS_WRITTEN: Mapping[str, tuple[str, str]] = {"issuable": ("不可", "可"), "management": ("いいえ", "はい")}
"""How no and yes are exported in a column."""
OF_THE_NETWORK = frozenset(
    "ネットワーク ネットワークアドレス ネットワークアドレス(使用不可) ブロードキャスト ブロードキャストアドレス "
    "network broadcast nw bc 使用不可".split()
)
"""What people write beside the addresses of a network that no host has."""
SITE_OF_VLAN, GROUP_OF_VLAN = "拠点", "グループ"
"""How a VLAN is told from others of its id: 100 (拠点 本庁舎)."""


def written(words: Mapping[str, str], meaning: str) -> str:
    """The word that is exported for a meaning."""
    return next(word for word, own in words.items() if own == meaning)
