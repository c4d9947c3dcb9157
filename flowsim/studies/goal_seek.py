"""Goal-seek: which setting is the first that meets a standard often enough, and how far the evidence goes.

Settings stand in a row, the least generous first, and every one is tried with the same patients. Each is judged by an
exact interval of how often the standard is met, after a number of looks that is fixed beforehand and shared among
(Bonferroni), so that looking again does not make luck look like a finding.

Where a patient-for-patient comparison never gets worse as settings get more generous, a setting that is called
sufficient although it is not would make the last insufficient setting be called sufficient too. So the whole answer is
wrong no oftener than one judgement is, however many settings were tried. Whether it held is counted (`turned`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from flowsim.errors import RunError
from flowsim.studies.statistics.given import a_count, a_probability
from flowsim.studies.statistics.saying import percent
from flowsim.studies.statistics.standards import Met, met

Outcomes = Callable[[int, int], Sequence[bool]]
"""The first n replications of a setting: was the standard met in each?"""
MEETS, FAILS, OPEN = "meets", "fails", "cannot be told"


@dataclass(frozen=True)
class Rule:
    """How often the standard is to be met, how sure one wants to be, and with how many replications at most."""

    probability: float = 0.9
    confidence: float = 0.95
    first: int = 10
    most: int = 80

    def __post_init__(self) -> None:
        a_probability("probability", self.probability)
        a_probability("confidence", self.confidence)
        a_count("first replications", self.first)
        a_count("most", self.most, self.first)

    @property
    def looks(self) -> tuple[int, ...]:
        """After how many replications a setting is looked at: twice as many each time, and then at the most."""
        found = [self.first]
        while found[-1] * 2 < self.most:
            found.append(found[-1] * 2)
        return tuple(found) if self.most == found[-1] else (*found, self.most)

    def judge(self, outcomes: Sequence[bool]) -> tuple[Met, str]:
        """What these replications say, each look having its part of the error."""
        found = met(outcomes, 1, "at least", 1 - (1 - self.confidence) / len(self.looks))
        if found.low >= self.probability:
            return found, MEETS
        return found, FAILS if found.high < self.probability else OPEN

    @property
    def enough(self) -> bool:
        """Could the most replications show at all that the standard is met?"""
        return self.judge([True] * self.most)[1] == MEETS


@dataclass(frozen=True)
class Tried:
    """A setting by its place in the row, what came of every replication, and what that says."""

    at: int
    outcomes: tuple[bool, ...]
    met: Met
    verdict: str


@dataclass(frozen=True)
class Sought:
    """The answer lies after `fails`, the most generous setting known to fail, and not after `meets`.

    `meets` is the least generous setting known to meet the standard that has none known to fail beyond it. Either is
    None if no such setting was found. `tried` is in the order of trying.
    """

    rule: Rule
    count: int
    tried: tuple[Tried, ...]
    fails: int | None
    meets: int | None

    @property
    def in_order(self) -> tuple[Tried, ...]:
        """What was tried, the least generous first."""
        return tuple(sorted(self.tried, key=lambda one: one.at))

    @property
    def exact(self) -> bool:
        """Do the two stand side by side?"""
        return self.fails is not None and self.meets == self.fails + 1

    @property
    def backwards(self) -> tuple[tuple[int, int], ...]:
        """Settings that meet the standard although a more generous one fails: (which meets, the next that fails)."""
        found = []
        for number, one in enumerate(self.in_order):
            later = [other.at for other in self.in_order[number:] if other.verdict == FAILS]
            if one.verdict == MEETS and later:
                found.append((one.at, later[0]))
        return tuple(found)

    @property
    def turned(self) -> tuple[int, int]:
        """In how many pairs of replications the more generous of two neighbours missed what the other met; of how many."""
        pairs = [pair for one, other in zip(self.in_order, self.in_order[1:], strict=False)
                 for pair in zip(one.outcomes, other.outcomes, strict=False)]  # fmt: skip
        return sum(before and not after for before, after in pairs), len(pairs)


def seek(count: int, outcomes: Outcomes, rule: Rule) -> Sought:
    """Try the ends and the quarters of a row of settings, and then halve what is left between failing and meeting.

    Raises RunError if the most replications are too few to show that the standard is met, whatever they say.
    """
    a_count("settings", count, 2)
    if not rule.enough:
        raise RunError(_too_few(rule))
    search = _Search(count, outcomes, rule)
    for quarter in range(5):
        search.judge(round(quarter * (count - 1) / 4))
    for wanted in (MEETS, FAILS):
        while (middle := search.middle(wanted)) is not None:
            search.judge(middle)
    return Sought(rule, count, tuple(search.tried.values()), search.last_failing, search.first_meeting)


@dataclass
class _Search:
    """What has been tried so far, by place in the row."""

    count: int
    outcomes: Outcomes
    rule: Rule
    tried: dict[int, Tried] = field(default_factory=dict)

    def judge(self, at: int) -> None:
        """Try a setting until it is judged, or the replications are used up."""
        if at in self.tried:
            return
        for n in self.rule.looks:
            seen = tuple(bool(one) for one in self.outcomes(at, n))
            found, verdict = self.rule.judge(seen)
            if verdict != OPEN:
                break
        self.tried[at] = Tried(at, seen, found, verdict)

    @property
    def last_failing(self) -> int | None:
        return max((at for at, one in self.tried.items() if one.verdict == FAILS), default=None)

    @property
    def first_meeting(self) -> int | None:
        """The first that meets after the last that fails."""
        after = -1 if self.last_failing is None else self.last_failing
        return min(
            (at for at, one in self.tried.items() if one.verdict == MEETS and at > after), default=None
        )

    def middle(self, wanted: str) -> int | None:
        """The middle of where the first that meets, or the last that fails, may still be; None if it is found."""
        low, high = self.last_failing, self.first_meeting
        after, before = (-1 if low is None else low), (self.count if high is None else high)
        open_ = [at for at in self.tried if after < at < before]
        if wanted == MEETS:
            low = max(open_, default=low)
        else:
            high = min(open_, default=high)
        if low is None or high is None or high - low < 2:
            return None
        return (low + high) // 2


def _too_few(rule: Rule) -> str:
    error = (1 - rule.confidence) / len(rule.looks)
    needed = max(rule.most + 1, math.floor(math.log(error / 2) / math.log(rule.probability)))
    while not replace(rule, most=needed).enough:
        needed += 1
    return (
        f"Not even {rule.most} of {rule.most} replications would show that the standard is met with a probability of "
        f"{percent(rule.probability)} (confidence {percent(rule.confidence)}, looked at {len(rule.looks)} times). Allow "
        f"{needed} at least (`most`), or ask for a lower probability or confidence."
    )
