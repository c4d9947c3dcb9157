"""What the user asked for on the command line."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from flowsim.engines import ENGINES

YEAR = 365


@dataclass(frozen=True)
class Given:
    """How many rounds, and whether only to try that everything runs."""

    rounds: int = 5
    quick: bool = False

    @property
    def days(self) -> int:
        """Simulated days of the reference pathway."""
        return 14 if self.quick else YEAR

    @property
    def engines(self) -> list[str]:
        """flowsim's engines, the fastest first."""
        return list(ENGINES)

    def say(self, text: str) -> None:
        """What is being done now, on stderr."""
        print(f"  {text}", file=sys.stderr, flush=True)
