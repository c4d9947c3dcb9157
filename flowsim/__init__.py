"""flowsim: patients, queues and beds of urgent and emergency care, simulated from the call to the last visit."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from flowsim.api import Comparison, Place, Result, place, small

__all__ = ["Comparison", "Place", "Result", "__version__", "place", "small"]


def __getattr__(name: str) -> Any:
    """Import the API when it is first asked for: `flowsim --help` answers at once."""
    if name in __all__:
        return getattr(import_module("flowsim.api"), name)
    raise AttributeError(f"flowsim has no {name!r}")
