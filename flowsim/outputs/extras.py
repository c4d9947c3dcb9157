"""Libraries that not every machine has: asked for when they are needed, and missed with the line that installs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flowsim.errors import RunError


def needed(library: str, extra: str, why: str) -> Any:
    """Import a library, or say how to get it."""
    try:
        return import_module(library)
    except ImportError as error:
        raise RunError(
            f"{why} needs a library that is not installed: {library}. Install it with: pip install 'flowsim[{extra}]'"
        ) from error
