"""A request for DNS records as an information section writes one: new switches, a new service with a Japanese name, a
server that moves, a switch that goes, and a row for somebody else's server.
"""

from __future__ import annotations

from .sheets import Cells

HEADER = ("系統", "操作", "名前", "種別", "値", "TTL", "逆引き", "申請")
_SWITCHES = "申請2026-0123 本庁舎3階フロアスイッチ増設"
_BOOKING = "申請2026-0130 施設予約システム"


def rows() -> list[Cells]:
    """The rows, header first."""
    return [
        HEADER,
        ("LGWAN系", "追加", "SW-HON-3F-01", "A", "10.20.90.31", "", "", _SWITCHES),
        ("LGWAN系", "追加", "SW-HON-3F-02", "A", "10.20.90.32", "", "", _SWITCHES),
        ("LGWAN系", "追加", "yoyaku", "A", "10.20.1.50", "", "", _BOOKING),
        ("LGWAN系", "追加", "yoyaku", "AAAA", "2001:db8:20:1::50", "", "", _BOOKING),
        ("LGWAN系", "追加", "施設予約", "CNAME", "yoyaku", "300", "", _BOOKING),
        ("LGWAN系", "変更", "files", "A", "10.20.1.31", "", "", "申請2026-0131 ファイルサーバ更新"),
        ("LGWAN系", "削除", "SW-HON-1F-01", "", "", "", "", "申請2026-0132 本庁舎1階スイッチ撤去"),
        ("インターネット系", "追加", "www", "A", "192.0.2.10", "", "", "申請2026-0140 公開サーバ"),
    ]
