"""What is worked out once and kept in the user's cache folder. Losing it, or a bit of it, costs time and nothing else."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

MOST_FILES = 1_000
DIGEST = 32
"""Bytes of the digest with which each file begins: a damaged one does not fit, and is made anew."""


def cache_folder() -> Path:
    """The user's cache folder for flowsim: FLOWSIM_CACHE, or the system's usual place."""
    if chosen := os.environ.get("FLOWSIM_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "flowsim" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "flowsim"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "flowsim"


def kept(kind: str, asked: str, makers: tuple[Path, ...], make: Callable[[], bytes]) -> bytes:
    """What `make` gives for what is asked, from the cache folder if it is there.

    `makers` are the source files that `make` runs: what an earlier version of them made is not found.
    """
    name = hashlib.sha256(asked.encode())
    for maker in makers:
        name.update(maker.read_bytes())
    try:
        path = cache_folder() / kind / name.hexdigest()
    except RuntimeError:  # a user without a home
        return make()
    try:
        found = path.read_bytes()
    except OSError:
        found = b""
    if len(found) >= DIGEST and hashlib.sha256(found[DIGEST:]).digest() == found[:DIGEST]:
        return found[DIGEST:]
    made = make()
    with suppress(OSError):  # a folder that cannot be written to
        _write(path, hashlib.sha256(made).digest() + made)
    return made


def _write(path: Path, whole: bytes) -> None:
    """Write a file in one go, since others may read it meanwhile; now and then drop the oldest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(whole)
    part.replace(path)
    if path.name.startswith("0"):
        files = sorted(path.parent.iterdir(), key=lambda file: file.stat().st_mtime)
        for file in files[:-MOST_FILES]:
            file.unlink(missing_ok=True)
