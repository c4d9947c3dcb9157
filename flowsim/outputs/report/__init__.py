"""The report of a run: one page that answers first, then shows why, on what it rests, and how to make it again."""

from __future__ import annotations

from flowsim.outputs.report.asked import Asked, Standard

__all__ = ["Asked", "Standard"]
