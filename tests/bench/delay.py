"""A TCP proxy that delivers everything some milliseconds later, in both directions.

`delay.py HOST LISTEN PORT MS` listens on port LISTEN and forwards to PORT of the same host. Kernels without netem have
nothing else.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    loop = asyncio.get_running_loop()
    while data := await reader.read(CHUNK):
        loop.call_later(delay, writer.write, data)
    loop.call_later(delay, writer.close)


async def _serve(host: str, listen: int, port: int, delay: float) -> None:
    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(host, port, limit=CHUNK)
        for end in (writer, far_writer):
            end.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(_pump(reader, far_writer, delay), _pump(far_reader, writer, delay))

    server = await asyncio.start_server(joined, host, listen, limit=CHUNK)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]) / 1000))
