"""What the titles and words of people's exports most often mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chonai.systems.csv_import.profile import Words
from chonai.text.headers import fold_title

_MEANINGS: Mapping[str, str] = {
    "account": "ユーザID ユーザーID 利用者ID ログインID ログイン名 アカウント アカウントID アカウント名 "
    "UserID LoginID login account",
    "employeeNumber": "職員番号 職員コード 社員番号 番号 EmployeeNumber",
    "code": "コード グループコード フォルダーID フォルダID code",
    "displayName": "氏名 漢字氏名 名前 利用者名 ユーザ名 ユーザー名 表示名 UserName DisplayName",
    "sn": "姓 LastName",
    "givenName": "名 FirstName",
    "kana": "カナ カナ氏名 氏名カナ フリガナ ふりがな kana",
    "mail": "メール メールアドレス Email mail MailAddress",
    "departmentNumber": "所属コード 部署コード 課コード",
    "department": "所属 所属名 部署 部署名 課名 department",
    "title": "職名 役職 職 役職名 title",
    "telephoneNumber": "電話 電話番号 内線 内線番号 tel",
    "description": "備考 メモ 説明 memo description",
    "name": "グループ名 フォルダー名 フォルダ名 名称 name",
}
_SECRETS = "パスワード 初期パスワード password initialpassword"
_YES = "有効 有効フラグ 使用 使用フラグ 利用 利用フラグ 利用可否 状態 ステータス 在職 enabled active status"
_NO = "停止 停止フラグ 無効 無効フラグ 利用停止 ロック 削除 削除フラグ disabled locked"
_MAIN = "本務 主務 本務区分 主務区分 本務兼務区分 main"
_PAIRS = (
    "有効 無効",
    "使用 停止",
    "使用中 停止中",
    "利用中 停止",
    "利用 停止",
    "可 不可",
    "本務 兼務",
    "主 兼",
    "○ ×",
    "true false",
    "yes no",
    "on off",
    "Y N",
    "1 0",
)

ATTRIBUTES = {fold_title(title): name for name, titles in _MEANINGS.items() for title in titles.split()}
SECRETS, YES, NO, MAIN = (frozenset(map(fold_title, text.split())) for text in (_SECRETS, _YES, _NO, _MAIN))
KEYS = ("account", "employeeNumber", "code", "mail")
"""Attributes that make a key, the best first."""


def is_known(title: str) -> bool:
    """Whether people call a column so."""
    return fold_title(title) in ATTRIBUTES.keys() | SECRETS | YES | NO | MAIN


def words_of(values: Iterable[str]) -> Words | None:
    """The words for yes and no when the values are such, as the file writes them; the other one is guessed."""
    found = set(values)
    for pair in _PAIRS:
        for form in (str, str.lower, str.upper, str.capitalize):
            yes, no = (form(word) for word in pair.split())
            if found and found <= {yes, no}:
                return Words(yes, no)
    return None
