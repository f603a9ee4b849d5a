"""The organisation of 2025, the reorganisation, and the organisation of 2026."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .model import Organisation, Reform, Section

# 部 code and name, body, then its 課: code, name, weight (share of the staff), 係 names.
_DIVISIONS: tuple[tuple[str, str, str], ...] = (
    ("01", "市長公室", "1"),
    ("02", "総務部", "1"),
    ("03", "税務部", "1"),
    ("04", "市民生活部", "1"),
    ("05", "健康福祉部", "1"),
    ("06", "こども部", "1"),
    ("07", "産業観光部", "1"),
    ("08", "建設部", "1"),
    ("09", "都市整備部", "1"),
    ("20", "教育委員会事務局", "2"),
    ("30", "上下水道局", "3"),
    ("40", "市立病院", "4"),
    ("50", "消防本部", "5"),
)
_SECTIONS: tuple[tuple[str, str, int, str], ...] = (
    ("0101", "秘書課", 10, ""),
    ("0102", "広報課", 12, ""),
    ("0103", "政策企画課", 18, ""),
    ("0104", "デジタル推進課", 16, "情報政策係 基盤係"),
    ("0201", "総務課", 20, "庶務係 法規係"),
    ("0202", "人事課", 24, "人事係 給与係 研修係"),
    ("0203", "財政課", 16, ""),
    ("0204", "管財課", 18, ""),
    ("0205", "契約検査課", 14, ""),
    ("0206", "危機管理課", 14, ""),
    ("0207", "会計課", 12, ""),
    ("0301", "市民税課", 30, "市民税係 法人税係"),
    ("0302", "資産税課", 28, "土地係 家屋係"),
    ("0303", "収納課", 24, ""),
    ("0401", "市民課", 40, "窓口係 戸籍係"),
    ("0402", "保険年金課", 34, "国保係 年金係"),
    ("0403", "環境課", 24, ""),
    ("0404", "生活安全課", 14, "交通安全係 防犯係"),
    ("0405", "人権推進課", 12, ""),
    ("0411", "北支所", 14, ""),
    ("0412", "南支所", 14, ""),
    ("0413", "汐浜支所", 12, ""),
    ("0501", "福祉総務課", 20, ""),
    ("0502", "生活支援課", 30, "保護第一係 保護第二係"),
    ("0503", "障害福祉課", 22, ""),
    ("0504", "高齢福祉課", 24, ""),
    ("0505", "介護保険課", 26, ""),
    ("0506", "健康づくり課", 28, ""),
    ("0601", "こども政策課", 14, ""),
    ("0602", "子育て支援課", 24, ""),
    ("0603", "こども家庭課", 22, ""),
    ("0605", "保育課", 60, ""),
    ("0701", "農林水産課", 20, ""),
    ("0702", "商工課", 16, ""),
    ("0703", "観光課", 16, ""),
    ("0704", "企業誘致課", 10, ""),
    ("0801", "土木課", 26, ""),
    ("0802", "道路河川課", 24, ""),
    ("0803", "建築課", 20, ""),
    ("0804", "営繕課", 14, ""),
    ("0901", "都市計画課", 22, ""),
    ("0902", "公園緑地課", 18, ""),
    ("0903", "住宅課", 16, ""),
    ("0904", "区画整理課", 14, ""),
    ("2001", "教育総務課", 20, ""),
    ("2002", "学校教育課", 30, ""),
    ("2003", "生涯学習課", 16, ""),
    ("2004", "文化財課", 10, ""),
    ("2005", "スポーツ推進課", 12, ""),
    ("2011", "中央図書館", 22, ""),
    ("2012", "学校給食センター", 24, ""),
    ("3001", "経営総務課", 16, ""),
    ("3002", "水道工務課", 22, ""),
    ("3003", "下水道課", 20, ""),
    ("3004", "浄水課", 16, ""),
    ("4001", "病院総務課", 14, ""),
    ("4002", "医事課", 20, ""),
    ("4003", "診療科", 30, ""),
    ("4004", "看護科", 100, ""),
    ("4005", "薬剤科", 12, ""),
    ("5001", "消防総務課", 12, ""),
    ("5002", "予防課", 14, ""),
    ("5003", "警防課", 16, ""),
    ("5011", "中央消防署", 46, ""),
    ("5012", "北消防署", 30, ""),
)

REFORMS: tuple[Reform, ...] = (
    Reform("010400", "010400", "改称", "名称のみ"),
    Reform("060200", "060300", "改称", "玉突き"),
    Reform("060300", "060400", "改称", "玉突き"),
    Reform("080100", "080100", "改称", "名称の入替え"),
    Reform("080200", "080200", "改称", "名称の入替え"),
    Reform("070000", "070000", "改称", "部の改称"),
    Reform("070200", "070600", "統合"),
    Reform("070400", "070600", "統合"),
    Reform("", "070400", "新設", "廃したコードの再使用"),
    Reform("050600", "050700", "分割"),
    Reform("050600", "050800", "分割"),
    Reform("", "020900", "新設"),
    Reform("090400", "", "廃止"),
    Reform("040400", "021000", "移管", "市民生活部から総務部へ"),
    Reform("040401", "021001", "移管"),
    Reform("040402", "021002", "移管"),
)
_RENAMED = {
    "010400": "ＤＸ推進課",
    "060400": "こども相談課",
    "070000": "産業文化部",
    "080100": "道路河川課",
    "080200": "土木課",
}
_NEW = (
    Section("020900", "公共施設マネジメント課", "020000", "課", "1", 12),
    Section("021000", "生活安全課", "020000", "課", "1", 14),
    Section("021001", "交通安全係", "021000", "係", "1"),
    Section("021002", "防犯係", "021000", "係", "1"),
    Section("050700", "健康増進課", "050000", "課", "1", 16),
    Section("050800", "保健予防課", "050000", "課", "1", 14),
    Section("060400", "こども相談課", "060000", "課", "1", 22),
    Section("070400", "ふるさと納税課", "070000", "課", "1", 8),
    Section("070600", "産業振興課", "070000", "課", "1", 26),
)
_GONE = ("040400", "040401", "040402", "050600", "060200", "070200", "090400")


def organisation_2025() -> Organisation:
    """The organisation until 2026-03-31."""
    sections = [Section(f"{code}0000", name, "", "部", body) for code, name, body in _DIVISIONS]
    bodies = {code: body for code, _, body in _DIVISIONS}
    for code, name, weight, units in _SECTIONS:
        body = bodies[code[:2]]
        sections.append(Section(f"{code}00", name, f"{code[:2]}0000", "課", body, weight, _note(name)))
        for i, unit in enumerate(units.split(), start=1):
            sections.append(Section(f"{code}{i:02d}", unit, f"{code}00", "係", body))
    return Organisation(2025, {s.code: s for s in sections})


def organisation_2026() -> Organisation:
    """The organisation from 2026-04-01."""
    sections = {c: s for c, s in organisation_2025().sections.items() if c not in _GONE}
    sections |= {s.code: s for s in _NEW}
    sections |= {c: replace(sections[c], name=name) for c, name in _RENAMED.items()}
    return Organisation(2026, dict(sorted(sections.items())))


def successor(code: str, reforms: Sequence[Reform] = REFORMS) -> str | None:
    """Where people of an old code go without an order: its new code, or None when every one needs an order."""
    rows = [r for r in reforms if r.old == code]
    if not rows:
        return code
    followers = [r.new for r in rows if r.kind in ("改称", "統合", "移管")]
    return followers[0] if followers else None


def _note(name: str) -> str:
    return "出先機関" if name.endswith(("支所", "館", "センター", "署")) else ""
