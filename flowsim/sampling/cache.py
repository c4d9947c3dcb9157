"""Where compiled functions are kept: a folder of the user's, never beside the installed package."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from flowsim.kept import cache_folder

ROOMS_WITH_COMPILED_CODE = ("sampling", "records", "engines")


def use_cache_folder() -> None:
    """Tell numba to keep its machine code there, unless the user has told it otherwise.

    Numba does not notice when a function that is called from another file has changed, so each state of the
    source has a folder of its own.
    """
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / f"numba-{source_digest()}"))


def source_digest() -> str:
    """A short digest of the rooms that hold compiled code."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for room in ROOMS_WITH_COMPILED_CODE:
        for file in sorted((package / room).glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
