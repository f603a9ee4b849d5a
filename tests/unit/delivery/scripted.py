"""A server that says what a test wrote, whatever it is asked: for replies that no real one gives on request."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def scripted(*replies: bytes | Sequence[bytes], greeting: bytes = b"") -> Iterator[tuple[int, list[bytes]]]:
    """Its port, and what it was told. Each connection gets the next of `replies`: one reply for all it is told until
    then, or a list with one for each line.
    """
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, list(replies), greeting, heard), daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        server.close()
        thread.join(5)


def _serve(server: socket.socket, replies: list[bytes | Sequence[bytes]], greeting: bytes, heard: list[bytes]) -> None:
    for reply in replies:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(5)
            try:
                connection.sendall(greeting)
                _converse(connection, reply, heard)
            except OSError:
                continue


def _converse(connection: socket.socket, reply: bytes | Sequence[bytes], heard: list[bytes]) -> None:
    if isinstance(reply, bytes):
        heard.append(connection.recv(1 << 20))
        connection.sendall(reply)
        return
    for line in reply:
        heard.append(connection.recv(1 << 20))
        connection.sendall(line)
    while connection.recv(1 << 20):
        connection.sendall(b"221 bye\r\n")
