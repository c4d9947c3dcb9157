"""`python -m flowsim` is the same as `flowsim`."""

from __future__ import annotations

from flowsim.cli import main

main()
