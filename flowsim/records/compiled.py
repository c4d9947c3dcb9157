"""How the functions of the fold are compiled: a few that Python calls, and their parts.

Parts are woven into the functions that call them: passing a dozen arrays from one to the next would cost more
than most of them do. Only what Python calls is kept in the cache. No function needs Python's lock, so that several
folds can run side by side. All run uncompiled with NUMBA_DISABLE_JIT=1, and give the same numbers.
"""

from __future__ import annotations

from typing import Any

from flowsim.sampling.philox import njit  # it has told numba where its cache is

_njit: Any = njit  # with options that numba does not declare: without counting references to arrays, for one
called = _njit(cache=True, nogil=True, no_cfunc_wrapper=True, _nrt=False)
part = _njit(nogil=True, forceinline=True, no_cfunc_wrapper=True, no_cpython_wrapper=True, _nrt=False)
