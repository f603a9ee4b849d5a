"""Secrets are taken out of texts, in each form in which programs show them."""

from __future__ import annotations

import json
import shlex
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chonai.runner.redaction import HIDDEN, SHORTEST, Redaction

SECRETS = ("Zf9!kq2", 'with "quotes"', "back\\slash", "päss-wörd", "多言語の秘密")


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "shown",
    [str, repr, json.dumps, lambda one: json.dumps(one, ensure_ascii=False), lambda one: json.dumps(json.dumps(one))],
    ids=["plain", "repr", "json", "json-utf8", "json-in-json"],
)
def test_a_secret_is_hidden_however_it_is_shown(secret: str, shown: object) -> None:
    assert callable(shown)
    told = Redaction(SECRETS)(f"a {shown(secret)} b")
    assert HIDDEN in told
    assert secret not in told


@pytest.mark.parametrize("secret", [*SECRETS, "it's mine", "a b+c/d"])
@pytest.mark.parametrize(
    "shown",
    [
        quote,
        quote_plus,
        lambda one: quote(one, safe=""),
        lambda one: shlex.quote(one)[1:-1] if "'" in one else one,
        *[lambda one, user=user: b64encode(f"{user}{one}\n".encode()).decode() for user in ("", "u:", "us:", "use:")],
    ],
)
def test_a_secret_is_hidden_in_urls_shells_and_base64(secret: str, shown: object) -> None:
    assert callable(shown)
    told = Redaction([secret])(f"a {shown(secret)} z")
    assert HIDDEN in told
    assert len(told) < len(HIDDEN) + 20


def test_of_a_long_secret_each_line_is_hidden() -> None:
    key = "-----BEGIN KEY-----\nabcdefgh\nijklmnop\n-----END KEY-----\n"
    assert Redaction([key])("left abcdefgh right") == f"left {HIDDEN} right"


def test_what_contains_another_is_hidden_whole() -> None:
    assert Redaction(["secret", "secret-of-more"])("x secret-of-more y") == f"x {HIDDEN} y"


def test_without_secrets_nothing_is_changed() -> None:
    assert Redaction([])("a b") == "a b"
    assert Redaction(["", "abc"])("abc") == "abc"


@given(st.text(min_size=SHORTEST, max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_secret_is_left(secret: str, before: str, after: str) -> None:
    assert secret not in Redaction([secret])(before + secret + after).replace(HIDDEN, "")
