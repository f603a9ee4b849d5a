"""What a city says about the folders of one file server (its host_vars), checked. Imports no SMB library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chonai.systems.folders import names
from chonai.systems.patterns import first_match
from chonai.systems.settings_reader import SettingsReader, read_settings
from chonai.text.messages import Message, message

SMB_PORT = 445
KEPT = (r"BUILTIN\*", r"NT AUTHORITY\SYSTEM", r"*\Domain Admins")
METHODS = ("ntlm", "kerberos")


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in: with name and password (NTLM), or with a Kerberos ticket.

    `host` is the server's name in its principal, where that is not what we connect to.
    """

    method: str
    user: str | None
    password: str | None = field(default=None, repr=False)
    host: str | None = None
    ccache: str | None = None
    krb5_conf: str | None = None


@dataclass(frozen=True, slots=True)
class Protected:
    """Folders that no plan may touch: by name (`adm-*`), and by path below the base with all that is below them."""

    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def matching(self, name: str) -> str | None:
        """The first pattern that the name falls under; upper and lower case are one."""
        return first_match(self.names, name)


@dataclass(frozen=True, slots=True)
class FoldersSettings:
    """The folders of one share: where they are, how to log in, and which entries are ours.

    base     the folder below which everything happens, empty for the share itself
    depth    how many levels below it are seen: 1 for section folders
    owned    patterns of trustees whose explicit entries plans compare and write
    kept     patterns of trustees whose inherited rights stay when a folder stops inheriting
    """

    name: str
    server: str
    share: str
    login: Login
    port: int = SMB_PORT
    base: str = ""
    depth: int = 1
    owned: tuple[str, ...] = ()
    kept: tuple[str, ...] = KEPT
    encrypt: bool = True
    protected: Protected = Protected()
    connect_timeout: float = 10.0
    reply_timeout: float = 120.0

    @property
    def url(self) -> str:
        r"""The share as people write it: \\server\share."""
        return rf"\\{self.server}\{self.share}"

    @property
    def warnings(self) -> tuple[Message, ...]:
        """Settings that weaken a safeguard."""
        return () if self.encrypt else (message("folders.not_encrypted", system=self.name, share=self.url),)


def parse(settings: Mapping[str, object]) -> FoldersSettings:
    """The settings of one file server. Raises InputError listing everything that is wrong with them."""
    return read_settings(settings, "folders", _settings)


def _settings(reader: SettingsReader) -> FoldersSettings:
    limits = reader.group("limits")
    owned = reader.texts("owned")
    if not owned:
        reader.problem("missing", "owned")
    parsed = FoldersSettings(
        name=reader.needed("name"),
        server=reader.needed("server"),
        share=_share(reader),
        login=_login(reader.group("login")),
        port=reader.whole_number("port", SMB_PORT),
        base=_path(reader, "base", reader.text("base", "") or ""),
        depth=reader.whole_number("depth", 1),
        owned=owned,
        kept=reader.texts("kept") or KEPT,
        encrypt=reader.truth("encrypt", True),
        protected=_protected(reader.group("protected")),
        connect_timeout=limits.number("connect_seconds", 10.0),
        reply_timeout=limits.number("reply_seconds", 120.0),
    )
    limits.no_more()
    return parsed


def _share(reader: SettingsReader) -> str:
    share = reader.needed("share")
    if share and names.problem(share):
        reader.problem("not_share", "share", value=share)
    return share


def _path(reader: SettingsReader, setting: str, value: str) -> str:
    r"""The path with backslashes, whichever strokes it was written with."""
    parts = [part for part in value.replace("/", "\\").split("\\") if part]
    for part in parts:
        if why := names.problem(part):
            reader.problem("not_path", setting, value=value, why=why)
    return "\\".join(parts)


def _login(reader: SettingsReader) -> Login:
    method = reader.text("method", "ntlm") or "ntlm"
    if method not in METHODS:
        reader.problem("not_one_of", "method", value=method, choices=", ".join(METHODS))
    if method == "kerberos":
        login = Login(
            method,
            user=reader.text("principal"),
            host=reader.text("host"),
            ccache=reader.text("ccache"),
            krb5_conf=reader.file("krb5_conf"),
        )
    else:
        login = Login("ntlm", reader.needed("user"), reader.secret("password") or "")
    reader.no_more()
    return login


def _protected(reader: SettingsReader) -> Protected:
    paths = tuple(_path(reader, "paths", path) for path in reader.texts("paths"))
    protected = Protected(names=reader.texts("names"), paths=paths)
    reader.no_more()
    return protected
