"""Header names of the city's files by column key. A city's policy adds further ones."""

from __future__ import annotations

from collections.abc import Mapping

Aliases = Mapping[str, tuple[str, ...]]

_SPELT: Aliases = {
    "kana": ("カナ氏名", "フリガナ", "氏名カナ", "カナ"),
    "romaji": ("ローマ字氏名", "氏名ローマ字", "ローマ字", "英字氏名", "英字表記"),
}
_ALSO: Aliases = {f"also_section_{n}": (f"兼務所属コード{n}", f"兼職所属コード{n}") for n in (1, 2, 3)}
ALSO = tuple(_ALSO)
"""Columns of concurrent posts, a section's code in each."""
ORDERS: Aliases = {
    "order": ("発令番号", "発令No", "整理番号"),
    "date": ("発令日", "異動日", "発令年月日", "異動年月日"),
    "type_code": ("発令区分コード", "発令コード", "異動区分コード"),
    "type": ("発令区分", "異動区分", "発令種別", "異動種別"),
    "body": ("任命権者コード", "任命権者"),
    "number": ("職員番号", "番号", "職員コード", "職員No"),
    "name": ("漢字氏名", "氏名", "職員氏名", "氏名漢字"),
    **_SPELT,
    "former_name": ("旧姓", "旧氏"),
    "use_former": ("旧姓使用", "旧氏使用"),
    "title_code": ("職名コード", "職コード"),
    "title": ("職名", "職", "新職名", "補職名"),
    "old_title": ("旧職名", "旧職"),
    "new_section": ("新所属コード", "所属コード"),
    "new_division": ("新部名", "新所属部"),
    "new_name": ("新課名", "新所属課", "新所属名", "所属名", "課名"),
    "new_unit": ("新係名", "新所属係"),
    "old_section": ("旧所属コード", "現所属コード", "前所属コード"),
    "old_division": ("旧部名", "旧所属部"),
    "old_name": ("旧課名", "旧所属課", "旧所属名", "前所属名"),
    "old_unit": ("旧係名", "旧所属係"),
    "post": ("本務・兼務区分", "本務兼務区分", "本兼区分"),
    **_ALSO,
    "kind": ("任用区分", "職員区分", "区分名"),
    "old_body": ("旧任命権者コード", "旧任命権者"),
    "old_number": ("旧職員番号", "旧番号", "前職員番号"),
    "target": ("対象発令番号", "取消対象発令番号", "元発令番号"),
    "forward": ("転送先", "転送先アドレス", "転送先メール", "転送先メールアドレス"),
    "forward_until": ("転送期限", "転送終了日", "転送期限日", "転送最終日"),
}
ROSTER: Aliases = {
    "body": ("任命権者コード", "任命権者"),
    "number": ("番号", "職員番号", "職員コード", "職員No"),
    "name": ("氏名", "漢字氏名", "職員氏名", "氏名漢字"),
    **_SPELT,
    "title_code": ("職名コード", "職コード"),
    "title": ("職名", "職", "補職名"),
    "section": ("所属コード",),
    "division": ("部名", "部"),
    "section_name": ("所属名", "課名", "課"),
    "unit": ("係名", "係"),
    "also": ("兼職", "兼務"),
    **_ALSO,
    "kind": ("区分名", "任用区分", "職員区分"),
    "left": ("退職日", "退職年月日"),
    "status": ("在職", "在職区分", "在職状況"),
}
ORGANISATION: Aliases = {
    "code": ("所属コード", "組織コード", "コード"),
    "name": ("所属名", "組織名", "名称"),
    "division": ("部名", "部", "部局名"),
    "section": ("課名", "課"),
    "unit": ("係名", "係"),
}
REORGANISATION: Aliases = {
    "old": ("旧コード", "旧所属コード", "現コード"),
    "new": ("新コード", "新所属コード"),
    "kind": ("種別", "区分", "改組区分"),
    "date": ("適用日", "施行日", "適用年月日"),
}
IDS: Aliases = {
    "system": ("システム", "システム名", "対象システム"),
    "attribute": ("種類", "属性", "ID種別"),
    "value": ("ID", "値", "アカウント", "アカウント名", "ユーザーID", "メールアドレス"),
    "body": ("任命権者コード", "任命権者"),
    "number": ("職員番号", "番号", "職員コード", "職員No"),
    "name": ("漢字氏名", "氏名", "職員氏名", "氏名漢字"),
    "since": ("付与日", "登録日", "使用開始日"),
    "old_body": ("旧任命権者コード", "旧任命権者"),
    "old_number": ("旧職員番号", "旧番号", "前職員番号"),
}

SHOWN = frozenset({"name", "kana", "former_name", "title", "division"})
"""Columns whose cells become names and titles."""
IDLE = frozenset({"備考", "摘要", "職種", "級", "号給", "任期開始", "任期終了", "連番", "No"})
"""Columns that say nothing about accounts wherever they come."""


def with_extra(usual: Aliases, extra: Mapping[str, tuple[str, ...]]) -> Aliases:
    """The usual header names and a city's own."""
    return {key: (*names, *extra.get(key, ())) for key, names in usual.items()}
