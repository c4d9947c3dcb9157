"""How the functions of the fold are compiled: a few that Python calls, and their parts.

Parts are woven into the functions that call them. Only what Python calls is kept in the cache. No function needs
Python's lock, so that several folds can run side by side. All run uncompiled with NUMBA_DISABLE_JIT=1, and give the
same numbers.
"""

from __future__ import annotations

import sys

from flowsim.sampling.block import JIT
from flowsim.sampling.machine import entrance as called
from flowsim.sampling.machine import part, whole

__all__ = ["called", "part", "whole"]

BLAS = "scipy.linalg.cython_blas"


def _load_numba_without_scipy() -> None:
    """Numba asks, as its functions for arrays are loaded, whether scipy has linear algebra: a quarter of a second.

    So it is told no for that moment, and yes afterwards: whoever uses linear algebra loads it then.
    """
    if not JIT or BLAS in sys.modules:
        return
    sys.modules[BLAS] = None  # type: ignore[assignment]  # Python's way to say that there is none
    try:
        from numba.np import arraymath
    finally:
        del sys.modules[BLAS]
    arraymath._HAVE_BLAS = True  # noqa: SLF001  (this is the answer that it keeps)


_load_numba_without_scipy()
