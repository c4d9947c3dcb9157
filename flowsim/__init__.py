"""flowsim: what a change does to everyone's waiting, to the beds, and to the money."""

from __future__ import annotations

__version__ = "0.1.0"
