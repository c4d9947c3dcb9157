"""Where compiled functions are kept: a folder of the user's, never beside the installed package."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from flowsim.kept import cache_folder

ROOMS_WITH_COMPILED_CODE = ("sampling", "records", "engines/compiled")
DONE = "compiled.txt"
"""Stands in the folder when everything in it has been compiled once."""


def use_cache_folder() -> None:
    """Tell numba to keep its machine code there, unless the user has told it otherwise.

    Numba does not notice when a function that is called from another file has changed, so each state of the
    source has a folder of its own.
    """
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / f"numba-{source_digest()}"))


def is_compiled() -> bool:
    """Has this state of the source been compiled whole on this machine?"""
    return os.environ.get("NUMBA_DISABLE_JIT") == "1" or (_compiled_folder() / DONE).is_file()


def note_compiled() -> None:
    """Remember that everything is compiled; a folder that cannot be written is no trouble."""
    with suppress(OSError):
        (_compiled_folder() / DONE).write_text("yes\n", encoding="utf-8")


def _compiled_folder() -> Path:
    return Path(os.environ.get("NUMBA_CACHE_DIR", cache_folder()))


def source_digest() -> str:
    """A short digest of the rooms that hold compiled code."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for room in ROOMS_WITH_COMPILED_CODE:
        for file in sorted((package / room).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
