"""Memory for a chunk of the log.

A computer gives memory at its first touch, usually 4 KB at a time. A year of the reference pathway fills 8,000 such
pages, which took a fifth of the whole run. So the memory is asked for in pages of 2 MB, where there are such; and it
is handed over with the chunk and not copied.
"""

from __future__ import annotations

import mmap
from contextlib import suppress

import numpy as np

from flowsim.records.log import LOG, EventLog

BIG_PAGE = 2 << 20


def empty_log(rows: int) -> EventLog:
    """Room for so many rows, in which anything may stand."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.empty(rows, LOG)
    size = -(-rows * LOG.itemsize // BIG_PAGE) * BIG_PAGE
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with suppress(OSError):  # a system without big pages gives small ones
        memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, LOG, rows)
