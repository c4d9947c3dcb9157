"""How a scenario is simulated: how long, how often, from what."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flowsim.engines import DEFAULT
from flowsim.errors import RunError
from flowsim.program.timetables import DAY


@dataclass(frozen=True)
class Design:
    """Replications of `days` measured days each, after a warm-up, from a warmed state or from a census CSV.

    `warm_up` is in days; a state makes it zero. The same seed gives the same patients in every scenario.
    """

    replications: int = 5
    days: int = 365
    warm_up: int = 90
    seed: int = 1
    engine: str = DEFAULT
    state: Path | None = None
    """A saved state, or a census CSV that each replication reads with its own draws."""
    state_sha256: str = ""
    """Digest of the census CSV as it was when the run was designed."""
    warmed: bool = False
    """Each replication starts from a warmed state of its own, which all scenarios share."""
    settle: int = 0
    """Days in each scenario, from its replication's warmed state to time 0, that do not count."""
    workers: int = 0
    """Replications at once; 0: one for each core."""
    attribution: bool = field(default=False, compare=False)
    """Keep what each hour of waiting is charged to; takes about twice as long, and changes no other figure."""
    cluster: str = field(default="", compare=False)
    """Where replications run: nothing for threads here; a Dask scheduler's address; or `local N` processes."""
    note: str = field(default="", compare=False)
    """What a reader should know of how the run began, a line each."""

    def __post_init__(self) -> None:
        for name, least in (
            ("replications", 1),
            ("days", 1),
            ("warm_up", 0),
            ("settle", 0),
            ("seed", 0),
            ("workers", 0),
        ):
            given = getattr(self, name)
            if isinstance(given, bool) or not isinstance(given, int) or given < least:
                raise RunError(f"{name} is a whole number of at least {least}, not {given!r}.")

    @property
    def from_csv(self) -> bool:
        """Does a run start from the patients of a census CSV?"""
        return self.state is not None and self.state.suffix.lower() == ".csv"

    @property
    def begin(self) -> int:
        """When a run starts, in ms: negative for a warm-up."""
        if self.warmed:
            return -self.settle * DAY
        return 0 if self.state is not None else -self.warm_up * DAY

    @property
    def until(self) -> int:
        """When a run ends, in ms."""
        return self.days * DAY
