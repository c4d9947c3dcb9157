"""How the functions of the fold are compiled: a few that Python calls, and their parts.

Parts are woven into the functions that call them. Only what Python calls is kept in the cache. No function needs
Python's lock, so that several folds can run side by side. All run uncompiled with NUMBA_DISABLE_JIT=1, and give the
same numbers.
"""

from __future__ import annotations

from flowsim.sampling.machine import entrance as called
from flowsim.sampling.machine import part, whole

__all__ = ["called", "part", "whole"]
