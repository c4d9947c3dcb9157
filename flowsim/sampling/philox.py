"""Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror and Shaw, 2011), as a pure function.

A uniform has an address and no history: the 64-bit number at *(seed, replication, patient, stream, n)*.
So the same patient has the same luck in every scenario, whatever else changed.

Keys and streams have 63 bits: a whole number that fits a signed machine word passes to compiled code quickly.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from numba import njit

__all__ = ["candidate_key", "child_key", "njit", "philox", "rounds", "run_key", "uniform", "unsigned"]

unsigned: Any
if os.environ.get("NUMBA_DISABLE_JIT") == "1":
    # Without the compiler the arithmetic is Python's: whole numbers without overflow, masked below.
    unsigned = int
else:
    from numba import uint64 as unsigned


def rounds(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
    """Ten rounds on a counter of four 32-bit words under a key of two; returns four 32-bit words."""
    low = unsigned(0xFFFFFFFF)
    c0, c1, c2, c3 = unsigned(c0), unsigned(c1), unsigned(c2), unsigned(c3)
    k0, k1 = unsigned(k0), unsigned(k1)
    for _ in range(10):
        first = unsigned(0xD2511F53) * c0
        second = unsigned(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (
            ((second >> unsigned(32)) ^ c1 ^ k0) & low,
            second & low,
            ((first >> unsigned(32)) ^ c3 ^ k1) & low,
            first & low,
        )
        k0 = (k0 + unsigned(0x9E3779B9)) & low
        k1 = (k1 + unsigned(0xBB67AE85)) & low
    return c0, c1, c2, c3


philox: Any = njit(cache=True)(rounds)


@njit(cache=True)
def uniform(run_key, patient, stream, n):  # type: ignore[no-untyped-def]
    """The 64-bit uniform of a patient's n-th use of a stream, under a run's key."""
    low, half = unsigned(0xFFFFFFFF), unsigned(32)
    whole = unsigned(0xFFFFFFFFFFFFFFFF)
    run_key, patient = unsigned(run_key), unsigned(patient)
    place = (unsigned(stream) + unsigned(n) * unsigned(0x9E3779B97F4A7C15)) & whole
    a, b, _, _ = philox(
        patient & low, patient >> half, place & low, place >> half, run_key & low, run_key >> half
    )
    return (a << half) | b


@lru_cache(maxsize=256)
def run_key(seed: int, replication: int) -> Any:
    """The key of a replication: all its uniforms stand under it. Worked out once a run, so it is not compiled."""
    low, half = unsigned(0xFFFFFFFF), unsigned(32)
    one, other = unsigned(seed), unsigned(replication)
    a, b, _, _ = rounds(one & low, one >> half, other & low, other >> half, 0x666C6F77, 0x73696D21)
    return ((a << half) | b) >> unsigned(1)


@njit(cache=True)
def candidate_key(source, hour, k):  # type: ignore[no-untyped-def]
    """The key of a source's k-th candidate of a calendar hour: who a patient is, whatever the seed."""
    low, half = unsigned(0xFFFFFFFF), unsigned(32)
    source = unsigned(source)
    a, b, _, _ = philox(
        source & low, source >> half, unsigned(hour) & low, unsigned(k), 0x70617469, 0x656E7473
    )
    return ((a << half) | b) >> unsigned(1)


@njit(cache=True)
def child_key(parent, stream, n):  # type: ignore[no-untyped-def]
    """The key of a journey that a patient's n-th use of a step has started."""
    return uniform(0x6A6F75726E657973, parent, stream, n) >> unsigned(1)
