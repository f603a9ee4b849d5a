"""Work done while a system is waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from chonai.change.errors import ChonaiError

T = TypeVar("T")


@contextmanager
def meanwhile(work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Begins the work beside what is done inside; what is given waits for it and hands over what came of it. Where both
    fail, the error of the work is raised: what is wrong with a file is known without any server.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        done = beside.submit(work)
        try:
            yield done.result
        except ChonaiError:
            done.result()
            raise
