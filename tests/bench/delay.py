"""A TCP proxy that delivers everything some milliseconds later, in both directions.

`delay.py HOST LISTEN PORT MS` listens on port LISTEN and forwards to PORT of the same host. Kernels without netem have
nothing else.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Thread

CHUNK = 1 << 18


@contextmanager
def delayed(host: str, port: int, milliseconds: float) -> Iterator[int]:
    """While inside, the returned port of `host` is its port `port`, that much farther away."""
    listen = port + 10_000
    arguments = [host, str(listen), str(port), str(milliseconds)]
    process = subprocess.Popen([sys.executable, __file__, *arguments])
    try:
        _await_port(host, listen)
        yield listen
    finally:
        process.terminate()
        process.wait()


def _await_port(host: str, port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((host, port)):
            return
        time.sleep(0.05)
    raise TimeoutError(f"{host}:{port}")


def _pump(source: socket.socket, sink: socket.socket, delay: float) -> None:
    """Read at once, write later. One thread each, since asyncio's timers are late by a millisecond or two."""
    waiting: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
    Thread(target=_deliver, args=(waiting, sink), daemon=True).start()
    with suppress(OSError):
        while data := source.recv(CHUNK):
            waiting.put((time.monotonic() + delay, data))
    waiting.put((time.monotonic() + delay, b""))


def _deliver(waiting: SimpleQueue[tuple[float, bytes]], sink: socket.socket) -> None:
    with suppress(OSError):
        while True:
            due, data = waiting.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if not data:
                sink.shutdown(socket.SHUT_WR)
                return
            sink.sendall(data)


def _serve(host: str, listen: int, port: int, delay: float) -> None:
    with socket.create_server((host, listen)) as server:
        while True:
            near, _ = server.accept()
            far = socket.create_connection((host, port))
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, sink in ((near, far), (far, near)):
                Thread(target=_pump, args=(source, sink, delay), daemon=True).start()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]) / 1000)
