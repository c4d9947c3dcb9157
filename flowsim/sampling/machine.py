"""Small words for the compiled engine: its decorators, and questions about bits that numba does not spell.

With NUMBA_DISABLE_JIT=1 everything here is plain Python, and gives the same bytes.
"""

from __future__ import annotations

import os
from typing import Any

from flowsim.sampling.philox import njit, unsigned

_inside = {"nogil": True, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
part: Any = njit(**_inside, forceinline=True)
"""A function that stands in the kernel's text where it is called."""

whole: Any = njit(**_inside)
"""A function that the kernel calls."""

entrance: Any = njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True)
"""A function that Python calls."""

__all__ = ["as_signed", "entrance", "highest_bit", "lowest_bit", "part", "toggled", "unsigned", "whole"]

BITS = 64

if os.environ.get("NUMBA_DISABLE_JIT") == "1":

    def _highest_bit(word: int) -> int:
        """Place of the highest bit that is set."""
        return (int(word) % 2**BITS).bit_length() - 1

    def _lowest_bit(word: int) -> int:
        """Place of the lowest bit that is set."""
        return (int(word) & -int(word)).bit_length() - 1

    def _toggled(word: int, bit: int) -> int:
        """The word with one bit turned over, as a signed number."""
        turned = (int(word) ^ (1 << int(bit))) % 2**BITS
        return turned - 2**BITS if turned >= 2 ** (BITS - 1) else turned

    def _as_signed(word: int) -> int:
        """An unsigned number moved down by half the range: the order stays."""
        return int(word) - 2 ** (BITS - 1)

else:
    import numpy as np
    from numba.cpython.unsafe.numbers import leading_zeros, trailing_zeros

    @part
    def _highest_bit(word):
        """Place of the highest bit that is set."""
        return BITS - 1 - leading_zeros(word)

    @part
    def _lowest_bit(word):
        """Place of the lowest bit that is set."""
        return trailing_zeros(word)

    @part
    def _toggled(word, bit):
        """The word with one bit turned over, as a signed number."""
        return word ^ (np.int64(1) << bit)

    @part
    def _as_signed(word):
        """An unsigned number moved down by half the range: the order stays."""
        return np.int64(word ^ (unsigned(1) << unsigned(BITS - 1)))


highest_bit: Any = _highest_bit
lowest_bit: Any = _lowest_bit
toggled: Any = _toggled
as_signed: Any = _as_signed
