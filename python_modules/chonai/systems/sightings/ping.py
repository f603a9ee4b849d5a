"""Which addresses answer to a ping: asked by fping, no faster than told."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime

from chonai.change.errors import Fault
from chonai.systems.sightings.seen import Seen

PROGRAM = "fping"
TRIES, WAIT_MS = 2, 500
_ENDED = (0, 1)
"""fping(8): all answered; some did not."""
_SLACK = 60


def ping(addresses: Sequence[str], *, rate: int) -> list[Seen]:
    """Those of the addresses that answer; `rate` is how many packets are sent in a second, to all of them together.

    Raises `Fault` when fping is not installed or cannot work here.
    """
    if not addresses:
        return []
    interval = 1000 / rate
    command = [PROGRAM, "-a", "-r", str(TRIES - 1), "-t", str(WAIT_MS), "-i", f"{interval:g}"]
    longest = len(addresses) * TRIES / rate + _SLACK
    try:
        run = subprocess.run(
            command,
            input="\n".join(addresses),
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            timeout=longest,
            check=False,
        )
    except FileNotFoundError:
        raise Fault("sightings.no_fping") from None
    except subprocess.TimeoutExpired:
        raise Fault("sightings.fping_failed", code="-", why=f"> {longest:.0f} s") from None
    if run.returncode not in _ENDED:
        why = run.stderr.strip().splitlines()
        raise Fault("sightings.fping_failed", code=run.returncode, why=why[-1] if why else "-")
    at = datetime.now(UTC)
    return [Seen(line.strip(), "", at) for line in run.stdout.splitlines() if line.strip()]
