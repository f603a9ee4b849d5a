"""What signs our messages: a shared key as `tsig-keygen` writes it (RFC 8945), or a Kerberos ticket (RFC 3645).

Imports no DNS library, so that reading settings stays cheap.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import TypeAlias

from chonai.systems.directory.settings import KerberosBind
from chonai.systems.settings_reader import SettingsReader

ALGORITHMS = ("hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512")
GSS = "gss"
_KEY = re.compile(r'key\s+"?([^\s"{;]+)"?\s*\{(.*?)\}\s*;', re.DOTALL)
_FIELD = re.compile(r'(algorithm|secret)\s+"?([^\s";]+)"?\s*;')


@dataclass(frozen=True, slots=True)
class TsigKey:
    """A name that the server knows, and the secret in Base64."""

    name: str
    algorithm: str
    secret: str = field(repr=False)


SigningKey: TypeAlias = TsigKey | KerberosBind


def signing_key(reader: SettingsReader) -> SigningKey:
    """The key that the settings name: `key_file`, or `key` with the kind `gss`. What is wrong goes to the reader."""
    if reader.raw("key") is not None:
        return _ticket(reader.group("key"))
    text = reader.content("key_file")
    return TsigKey("", "", "") if text is None else _shared(reader, text)


def _ticket(reader: SettingsReader) -> KerberosBind:
    kind = reader.needed("kind")
    if kind not in ("", GSS):
        reader.problem("not_one_of", "kind", value=kind, choices=GSS)
    files = {name: reader.file(name) for name in ("keytab", "krb5_conf")}
    bind = KerberosBind(
        host=reader.needed("host"), principal=reader.text("principal"), ccache=reader.text("ccache"), **files
    )
    if bind.keytab and not bind.principal:
        reader.problem("missing", "principal")
    reader.no_more()
    return bind


def _shared(reader: SettingsReader, text: str) -> TsigKey:
    found = _KEY.search(text)
    fields = dict(_FIELD.findall(found[2])) if found else {}
    if found is None or fields.keys() != {"algorithm", "secret"} or not _is_base64(fields["secret"]):
        reader.problem("not_key", "key_file", value=str(reader.raw("key_file")))
        return TsigKey("", "", "")
    algorithm = fields["algorithm"].lower()
    if algorithm not in ALGORITHMS:
        reader.problem("weak_key", "key_file", value=algorithm, known=", ".join(ALGORITHMS))
    return TsigKey(found[1], algorithm, fields["secret"])


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False
