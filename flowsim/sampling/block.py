"""A block of 64-bit whole numbers, as compiled functions see it: an address, and nothing else.

Numba's arrays travel as seven words each and are counted at every step (who still uses them?), which costs more than
all the work of the kernel. A block is one word, is counted by nobody, and indexing it is one load. In return nobody
checks an index: so only compiled loops, whose indices are their own, work on blocks.

With NUMBA_DISABLE_JIT=1 a block is its array, and every index is checked.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

JIT = os.environ.get("NUMBA_DISABLE_JIT") != "1"


class Block:
    """An array of whole numbers, or of rows of the log, for compiled functions. It keeps the array alive."""

    __slots__ = ("address", "rows")

    def __init__(self, rows: NDArray[Any]) -> None:
        if not rows.flags.c_contiguous:
            raise ValueError("A block is one piece of memory: give it a contiguous array.")
        self.rows = rows.reshape(-1)
        self.address = rows.__array_interface__["data"][0]

    def __getitem__(self, at: int) -> int:
        return int(self.rows[at])

    def __setitem__(self, at: int, value: int) -> None:
        self.rows[at] = value


if JIT:
    import operator

    from llvmlite import ir
    from numba.core import types
    from numba.core.cgutils import get_or_insert_function
    from numba.core.datamodel import PrimitiveModel
    from numba.core.typing.templates import AbstractTemplate, infer_global, signature
    from numba.extending import (
        NativeValue,
        intrinsic,
        lower_builtin,
        register_model,
        typeof_impl,
        unbox,
    )

    WORD, ROW = ir.IntType(64), 20
    FIELDS = ((0, 64), (8, 32), (12, 16), (14, 16), (16, 32))
    """Where each field of a row of the log begins (bytes), and how long it is (bits)."""

    class BlockType(types.Type):
        """The type of every block."""

        def __init__(self) -> None:
            super().__init__(name="Block")

    BLOCK = BlockType()
    Block._numba_type_ = BLOCK  # so that numba need not ask around what a block is

    @typeof_impl.register(Block)
    def _typeof(_value: Any, _context: Any) -> BlockType:
        return BLOCK

    @register_model(BlockType)
    class _Model(PrimitiveModel):
        def __init__(self, manager: Any, of: Any) -> None:
            super().__init__(manager, of, WORD.as_pointer())

    @unbox(BlockType)
    def _unbox(_type: Any, value: Any, context: Any) -> NativeValue:
        address = context.pyapi.object_getattr_string(value, "address")
        number = context.pyapi.long_as_longlong(address)
        context.pyapi.decref(address)
        return NativeValue(context.builder.inttoptr(number, WORD.as_pointer()))

    @infer_global(operator.getitem)
    class _Get(AbstractTemplate):
        def generic(self, args: Any, _kws: Any) -> Any:
            if isinstance(args[0], BlockType) and isinstance(args[1], types.Integer):
                return signature(types.int64, args[0], types.int64)
            return None

    @infer_global(operator.setitem)
    class _Set(AbstractTemplate):
        def generic(self, args: Any, _kws: Any) -> Any:
            if isinstance(args[0], BlockType) and isinstance(args[1], types.Integer):
                return signature(types.none, args[0], types.int64, types.int64)
            return None

    @lower_builtin(operator.getitem, BlockType, types.int64)
    def _get(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        return builder.load(builder.gep(args[0], [args[1]]))

    @lower_builtin(operator.setitem, BlockType, types.int64, types.int64)
    def _set(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        builder.store(args[2], builder.gep(args[0], [args[1]]))
        return context.get_dummy_value()

    @intrinsic
    def _store_row(_context, log, at, time, patient, code, resource, value):
        """Write one row of a log (rule 10)."""
        sig = types.none(BLOCK, *[types.int64] * 6)

        def lower(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
            base = builder.ptrtoint(args[0], WORD)
            row = builder.add(base, builder.mul(args[1], ir.Constant(WORD, ROW)))
            for (begin, bits), number in zip(FIELDS, args[2:], strict=True):
                kind = ir.IntType(bits)
                place = builder.inttoptr(builder.add(row, ir.Constant(WORD, begin)), kind.as_pointer())
                narrow = number if bits == 64 else builder.trunc(number, kind)
                builder.store(narrow, place).align = 4 if bits > 16 else 2
            return context.get_dummy_value()

        return sig, lower

    @intrinsic
    def _load(_context, log, at, field):
        """Read one field of a row of a log."""
        if not isinstance(field, types.IntegerLiteral):
            return None
        begin, bits = FIELDS[field.literal_value]

        def lower(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
            base = builder.ptrtoint(args[0], WORD)
            at = builder.add(builder.mul(args[1], ir.Constant(WORD, ROW)), ir.Constant(WORD, begin))
            kind = ir.IntType(bits)
            loaded = builder.load(builder.inttoptr(builder.add(base, at), kind.as_pointer()))
            loaded.align = 4 if bits > 16 else 2
            return loaded if bits == 64 else builder.sext(loaded, WORD)

        return types.int64(BLOCK, types.int64, field), lower

    @intrinsic
    def _as_float(_context, word):
        """The float that a word holds."""

        def lower(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
            return builder.bitcast(args[0], ir.DoubleType())

        return types.float64(types.int64), lower

    @intrinsic
    def _as_word(_context, number):
        """A float as the word that holds it."""

        def lower(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
            return builder.bitcast(args[0], WORD)

        return types.int64(types.float64), lower

    @intrinsic
    def _prefetch(_context, block, at):
        """Ask the processor to fetch a word's neighbourhood into its cache."""
        narrow = ir.IntType(32)

        def lower(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
            place = builder.gep(args[0], [args[1]])
            kind = ir.FunctionType(ir.VoidType(), [place.type, narrow, narrow, narrow])
            fetch = get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
            for_writing, nearest, data = (ir.Constant(narrow, number) for number in (1, 3, 1))
            builder.call(fetch, [place, for_writing, nearest, data])
            return _context.get_dummy_value()

        return types.none(BLOCK, types.int64), lower

else:

    def _prefetch(block: Block, at: int) -> None:
        """There is nothing to hurry."""

    def _load(log: Block, at: int, field: int) -> int:
        """Read one field of a row of a log."""
        return int(log.rows[at][field])

    def _as_float(word: int) -> float:
        """The float that a word holds."""
        return float(np.int64(word).view(np.float64))

    def _as_word(number: float) -> int:
        """A float as the word that holds it."""
        return int(np.float64(number).view(np.int64))

    def _store_row(
        log: Block, at: int, time: int, patient: int, code: int, resource: int, value: int
    ) -> None:
        """Write one row of a log (rule 10)."""
        log.rows[at] = (time, patient, code, resource, value)


store_row: Any = _store_row
"""Write one row of a log: block, row, time, patient, code, resource, value."""
load: Any = _load
"""Read one field of a row of a log: block, row, and 0 to 4 for time, patient, code, resource, value."""
prefetch: Any = _prefetch
"""Have a word at hand soon: block, and place of the word. Nothing waits for it, and nothing depends on it."""
as_float: Any = _as_float
as_word: Any = _as_word
