"""The generator: published known answers, and uniforms that look uniform."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from flowsim.sampling.philox import candidate_key, child_key, philox, run_key, uniform

pytestmark = pytest.mark.unit

ONES = 0xFFFFFFFF
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
"""From the file of known answers of Random123, philox4x32 with 10 rounds."""


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_known_answers(counter, key, answer):
    assert tuple(int(word) for word in philox(*counter, *key)) == answer


def some(count: int, **fixed: int) -> np.ndarray:
    address = {"run": int(run_key(1, 0)), "patient": 11, "stream": 12, "n": 0} | fixed
    (moving,) = (name for name, value in address.items() if value == -1)
    rows = []
    for at in range(count):
        address[moving] = at
        rows.append(int(uniform(address["run"], address["patient"], address["stream"], address["n"])) / 2**64)
    return np.array(rows)


@pytest.mark.parametrize("moving", ["run", "patient", "stream", "n"])
def test_uniform_along_each_part_of_the_address(moving):
    """Mean, variance, a chi-square over 20 bins and the correlation of neighbours, each within four standard errors."""
    u = some(8000, **{moving: -1})
    assert abs(u.mean() - 0.5) < 4 / np.sqrt(12 * len(u))
    assert abs(u.var() - 1 / 12) < 4 * np.sqrt(1 / 180 / len(u))
    counts = np.histogram(u, bins=20, range=(0, 1))[0]
    expected = len(u) / 20
    assert ((counts - expected) ** 2 / expected).sum() < 19 + 4 * np.sqrt(2 * 19)
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 4 / np.sqrt(len(u))


def test_every_bit_is_set_half_of_the_time():
    words = [int(uniform(5, patient, 7, 0)) for patient in range(4000)]
    for bit in range(64):
        assert abs(sum(word >> bit & 1 for word in words) - 2000) < 4 * np.sqrt(1000), f"bit {bit}"


def test_keys_have_63_bits_and_differ():
    keys = {int(candidate_key(3, hour, k)) for hour in range(200) for k in range(20)}
    keys |= {int(child_key(parent, 4, n)) for parent in range(200) for n in range(20)}
    keys |= {int(run_key(seed, replication)) for seed in range(200) for replication in range(20)}
    assert len(keys) == 12_000
    assert max(keys) < 2**63


def test_an_hour_before_2001_has_a_key_too():
    assert int(candidate_key(3, -5, 0)) != int(candidate_key(3, 5, 0))


SCRIPT = """
import hashlib
from tests.sampling.small import arrivals_digest, log_digest
from flowsim.sampling.philox import candidate_key, child_key, philox, run_key, uniform
words = [philox(1, 2, 3, 4, 5, 6), uniform(1, 2, 3, 4), uniform(2**63 - 1, 2**63 - 1, 2**63 - 1, 3),
         run_key(1, 2), candidate_key(2**62, -7, 2), child_key(2**62, 2**61, 1)]
print(str([[int(part) for part in word] if isinstance(word, tuple) else int(word) for word in words]))
print(arrivals_digest(), log_digest())
"""


def test_without_the_compiler_every_byte_is_the_same():
    """NUMBA_DISABLE_JIT=1 runs the same lines as plain Python."""
    root = Path(__file__).parents[2]
    told = [
        subprocess.run([sys.executable, "-c", SCRIPT], cwd=root, text=True, capture_output=True, check=True,
                       env={**os.environ, "PYTHONPATH": str(root), "NUMBA_DISABLE_JIT": without}).stdout
        for without in ("0", "1")
    ]  # fmt: skip
    assert told[0] == told[1]
