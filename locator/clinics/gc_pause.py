"""Making very many objects at once, none of which can be garbage yet."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collecting() -> Iterator[None]:
    """Keep Python from looking for unreachable circles again and again while 100,000 clinics come to be.

    There are none among them, and each look takes longer than the last: together up to half the time. What
    other threads leave waits until the end.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
