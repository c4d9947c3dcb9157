"""Where compiled functions are kept: a folder of the user's, never beside the installed package."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """The user's cache folder for flowsim: FLOWSIM_CACHE, or the system's usual place."""
    if chosen := os.environ.get("FLOWSIM_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "flowsim" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "flowsim"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "flowsim"


def use_cache_folder() -> None:
    """Tell numba to keep its machine code there, unless the user has told it otherwise."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / "numba"))
