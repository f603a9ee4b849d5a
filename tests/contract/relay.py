"""A relay between a test and a server of the lab: it can add latency, go silent, or be cut."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Self


class Relay:
    """Listens on the server's own address, so that its certificate stays valid (unless `target` is another),
    on a port of its own.

    turns   how often the line went from answers back to requests
    """

    def __init__(self, host: str, port: int, *, one_way: float = 0.0, target: tuple[str, int] | None = None) -> None:
        self._target, self._one_way = target or (host, port), one_way
        self._listener = socket.create_server((host, 0))
        self._sockets: list[socket.socket] = []
        self._silent, self._ended = threading.Event(), threading.Event()
        self.turns, self._answers = 0, True
        self.host, self.port = host, self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def cut(self) -> None:
        """Drop all connections and take no more, as a server that dies."""
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def silence(self) -> None:
        """Pass nothing on any more and say nothing, as a network that swallows packets."""
        self._silent.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        for thread in self._threads:
            thread.join(timeout=5)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
            except OSError:
                return
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets += [near, far]
            for source, sink, answers in ((near, far, False), (far, near, True)):
                self._threads.append(threading.Thread(target=self._pump, args=(source, sink, answers), daemon=True))
                self._threads[-1].start()

    def _pump(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        waiting: deque[tuple[float, bytes]] = deque()
        with suppress(OSError, ValueError):
            while not self._ended.is_set():
                patience = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 0.2
                if select.select([source], [], [], patience)[0]:
                    data = source.recv(1 << 16)
                    if not data:
                        break
                    self._count(answers)
                    waiting.append((time.monotonic() + self._one_way, data))
                while waiting and waiting[0][0] <= time.monotonic():
                    data = waiting.popleft()[1]
                    if not self._silent.is_set():
                        sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def _count(self, answers: bool) -> None:
        self.turns += self._answers and not answers
        self._answers = answers
