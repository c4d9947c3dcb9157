"""Figures of known laws from addressed uniforms: what a study would have got, with the truth known."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from flowsim.sampling.philox import run_key, uniform


def uniforms(study: int, count: int, stream: int = 0) -> np.ndarray:
    """`count` independent uniforms of a study; each stream of each study has its own."""
    key = run_key(20_261_122, stream)
    return np.array([((uniform(key, study, 1, n) >> 12) + 0.5) / 2**52 for n in range(count)])


def normals(study: int, count: int, stream: int = 0) -> np.ndarray:
    return ndtri(uniforms(study, count, stream))


def exponentials(study: int, count: int, stream: int = 0) -> np.ndarray:
    """Of mean 1."""
    return -np.log(uniforms(study, count, stream))
