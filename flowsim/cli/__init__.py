"""The command line: words into one call. Data goes to stdout; progress and messages to stderr."""

from __future__ import annotations

from flowsim.cli.entry import app, main

__all__ = ["app", "main"]
