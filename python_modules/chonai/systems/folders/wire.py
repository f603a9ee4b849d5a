"""One SMB connection with its share: requests that belong together in one message, many messages in flight.

The library smbprotocol packs, signs, encrypts and receives; what is asked for and what the answers say is here.
Source: [MS-SMB2], [MS-FSCC].
"""

from __future__ import annotations

import struct
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from smbprotocol import open as smb
from smbprotocol.connection import Connection
from smbprotocol.exceptions import LogonFailure, SMBAuthenticationError, SMBException, SMBResponseException
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from chonai.change.errors import SystemUnreachable
from chonai.systems.folders.kerberos import configured
from chonai.systems.folders.settings import FoldersSettings

OK, NO_MORE_FILES = 0, 0x80000006
NOT_FOUND = frozenset({0xC0000034, 0xC000003A, 0xC000000F})
TAKEN, NOT_EMPTY, DENIED, IN_USE = 0xC0000035, 0xC0000101, 0xC0000022, 0xC0000043
THE_OPEN_FILE = b"\xff" * 16
"""The file that the same compound message opened."""
CREDITS, IN_FLIGHT, BUFFER = 256, 40, 65536
SHARE_ALL = 7
BACKUP_INTENT, NOT_THROUGH_LINKS, ONLY_FOLDERS = 0x4000, 0x200000, 0x1

_LOST = (SMBException, OSError, ValueError, struct.error)


class Message(Protocol):
    """A request of the library: named fields."""

    def __setitem__(self, field: str, value: object) -> None:
        """Fill a field."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request: an NTSTATUS, and what came with it."""

    status: int
    data: bytes = b""


class Wire:
    """A logged-in connection with one share open."""

    def __init__(self, settings: FoldersSettings, connection: Connection, session: Session) -> None:
        self.settings, self._connection, self._session = settings, connection, session
        self.tree = TreeConnect(session, rf"\\{settings.server}\{settings.share}")
        self.pipes = TreeConnect(session, rf"\\{settings.server}\IPC$")

    @classmethod
    @contextmanager
    def open(cls, settings: FoldersSettings) -> Iterator[Wire]:
        """Connected and logged in while inside; signed always, encrypted where the settings say so.

        Raises SystemUnreachable when there is no connection, no login, or only a guest's.
        """
        connection = Connection(uuid.uuid4(), settings.server, settings.port, require_signing=True)
        try:
            with _told("cannot_connect", settings):
                connection.connect(timeout=settings.connect_timeout)
            session = _log_in(settings, connection)
            wire = cls(settings, connection, session)
            with _told("no_share", settings):
                connection.echo(sid=session.session_id, timeout=settings.reply_timeout, credit_request=CREDITS)
                wire.tree.connect(require_secure_negotiate=True)
            yield wire
        finally:
            with suppress(*_LOST):
                connection.disconnect(close=True, timeout=5)

    def exchange(self, compounds: Sequence[Sequence[Message]], *, pipe: bool = False) -> list[list[Reply]]:
        """Send compound messages, many in flight; the replies of each, in order.

        Raises SystemUnreachable when the connection breaks or the server is silent for too long.
        """
        tree = (self.pipes if pipe else self.tree).tree_connect_id
        replies: list[list[Reply]] = []
        flying: deque[list[object]] = deque()
        with _told("connection_lost", self.settings):
            for compound in compounds:
                while flying and self._is_full(sum(map(len, flying)), len(compound)):
                    replies.append([self._receive(request) for request in flying.popleft()])
                several = len(compound) > 1
                sid = self._session.session_id
                flying.append(self._connection.send_compound(list(compound), sid, tree, related=several))
            replies += [[self._receive(request) for request in requests] for requests in flying]
        return replies

    @contextmanager
    def with_pipes(self) -> Iterator[None]:
        """While inside, `exchange` reaches the server's pipes. Raises SystemUnreachable when it gives none."""
        with _told("no_pipes", self.settings):
            self.pipes.connect(require_secure_negotiate=True)
        try:
            yield
        finally:
            with suppress(*_LOST):
                self.pipes.disconnect()

    def _is_full(self, flying: int, more: int) -> bool:
        """Whether more requests have to wait: for our own limit, or for credits of the server."""
        window = self._connection.sequence_window
        return flying + more > IN_FLIGHT or more > int(window["high"]) - int(window["low"])

    def _receive(self, request: object) -> Reply:
        try:
            header = self._connection.receive(request, timeout=self.settings.reply_timeout, resolve_symlinks=False)
        except SMBResponseException as error:
            return Reply(error.status)
        return Reply(header["status"].get_value(), header["data"].get_value())


def opening(
    path: str, access: int, *, disposition: int = 1, options: int = BACKUP_INTENT | NOT_THROUGH_LINKS
) -> Message:
    """Open (disposition 1) or make (2) what is at a path of the share."""
    create: Message = smb.SMB2CreateRequest()
    create["impersonation_level"] = smb.ImpersonationLevel.Impersonation
    create["desired_access"] = access
    create["file_attributes"] = 0x10 if disposition == 2 else 0
    create["share_access"] = SHARE_ALL
    create["create_disposition"] = disposition
    create["create_options"] = options
    create["buffer_path"] = path.encode("utf-16-le") if path else b"\x00\x00"
    return create


def closing(file: bytes = THE_OPEN_FILE) -> Message:
    """Close it again."""
    close: Message = smb.SMB2CloseRequest()
    close["file_id"] = file
    return close


def listing(file: bytes = THE_OPEN_FILE) -> Message:
    """The next names of an open folder, FileIdFullDirectoryInformation."""
    query: Message = smb.SMB2QueryDirectoryRequest()
    query["file_information_class"] = 0x26
    query["file_id"] = file
    query["output_buffer_length"] = BUFFER
    query["buffer"] = "*".encode("utf-16-le")
    return query


def asking(kind: int, information: int, *, additional: int = 0) -> Message:
    """Information of kind 1 (file) or 3 (security) about the open file."""
    query: Message = smb.SMB2QueryInfoRequest()
    query["info_type"] = kind
    query["file_info_class"] = information
    query["output_buffer_length"] = BUFFER
    query["additional_information"] = additional
    query["file_id"] = THE_OPEN_FILE
    return query


def setting(kind: int, information: int, data: bytes, *, additional: int = 0) -> Message:
    """Write information of kind 1 (file) or 3 (security) of the open file."""
    request: Message = smb.SMB2SetInfoRequest()
    request["info_type"] = kind
    request["file_info_class"] = information
    request["additional_information"] = additional
    request["file_id"] = THE_OPEN_FILE
    request["buffer"] = data
    return request


def reading(file: bytes = THE_OPEN_FILE) -> Message:
    """The next message of a pipe."""
    read: Message = smb.SMB2ReadRequest()
    read["length"] = BUFFER
    read["file_id"] = file
    read["padding"] = b"\x50"
    return read


def writing(data: bytes, file: bytes = THE_OPEN_FILE) -> Message:
    """A message into a pipe."""
    write: Message = smb.SMB2WriteRequest()
    write["length"] = len(data)
    write["file_id"] = file
    write["buffer"] = data
    return write


def payload(reply: Reply) -> bytes:
    """What a reply to `asking`, `listing` or `reading` carries: offset and length stand at its beginning."""
    is_read = reply.data[:2] == b"\x11\x00"
    offset, length = struct.unpack_from("<BxI" if is_read else "<HI", reply.data, 2)
    return reply.data[offset - 64 : offset - 64 + length]


def opened(reply: Reply) -> tuple[bytes, int, int]:
    """What a reply to `opening` says: the open file, its creation time, its attributes."""
    return reply.data[64:80], struct.unpack_from("<q", reply.data, 8)[0], struct.unpack_from("<I", reply.data, 56)[0]


def _log_in(settings: FoldersSettings, connection: Connection) -> Session:
    login = settings.login
    session = Session(
        connection,
        username=login.user,
        password=login.password,
        require_encryption=settings.encrypt,
        hostname_override=login.host,
        auth_protocol=login.method,
    )
    with _told("login_failed", settings), configured(settings):
        session.connect()
    return session


@contextmanager
def _told(code: str, settings: FoldersSettings) -> Iterator[None]:
    """Whatever the library raises becomes our error."""
    try:
        yield
    except ImportError as error:
        raise unreachable("no_kerberos", settings, error) from error
    except (LogonFailure, SMBAuthenticationError) as error:
        raise unreachable("login_refused", settings, error) from error
    except _LOST as error:
        raise unreachable(code, settings, error) from error


def unreachable(code: str, settings: FoldersSettings, why: object) -> SystemUnreachable:
    """The error for a connection that does not come about or does not last."""
    return SystemUnreachable(f"folders.{code}", system=settings.name, share=settings.url, why=str(why))
