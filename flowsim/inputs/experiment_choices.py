"""The choices of an experiment: scenarios and settings, each tried on the place's document as it is read.

So a path that the place does not have, or a change that cannot be made, is told with the experiment's own line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flowsim.errors import did_you_mean
from flowsim.inputs.experiment_fields import read_fields, read_settings
from flowsim.inputs.experiment_values import BASELINE, Choice, Plan
from flowsim.inputs.options import apply_changes
from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import Node, Spot
from flowsim.inputs.units import parse_number
from flowsim.inputs.values import Config

KINDS = ("list", "grid", "latin_hypercube", "sobol")
MOST_SETTINGS = 10_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def text(spot: Spot) -> str:
    """A text on one line."""
    return " ".join(str(spot.node.value).split())


@dataclass(frozen=True)
class Choices:
    """Reading what is compared, knowing the place: its document, and its config."""

    reading: Reading
    top: Spot
    root: Node
    config: Config

    def scenarios(self, baseline: Choice) -> tuple[Choice, ...]:
        """Every scenario: what the baseline has, and its own."""
        spot = self.top.get("scenarios")
        found = []
        for name, child in spot.children() if spot is not None else ():
            if name == BASELINE or not _NAME.fullmatch(name):
                self.reading.refuse(
                    child, f"`{name}` cannot be a scenario's name.",
                    "Use letters, digits and _; `baseline` is what all are held against.", value="")  # fmt: skip
                continue
            found.append(self.choice(name, child, baseline.changes, baseline.options))
        return tuple(found)

    def choice(self, name: str, spot: Spot, before: tuple[tuple[str, Node], ...],
               options: tuple[str, ...] = ()) -> Choice:  # fmt: skip
        """One choice; `before` and `options` are what the baseline has."""
        own = self._options(spot)
        changes = [*self._changes(spot.get("set")), *self._demand(spot.get("demand"))]
        paths = [path for path, _ in changes]
        for path, node in changes:
            if paths.count(path) > 1:
                self.reading.refuse(
                    Spot(node, path), "`set` and `demand` both change this.", "Leave one of them out."
                )
        self._not_in_both(before, changes)
        self._try_out((*options, *own), (*before, *changes))
        title = text(spot["title"]) if "title" in spot else self._title_of(name, own, changes)
        return Choice(name, title, (*options, *own), (*before, *changes))

    def _not_in_both(self, before: Iterable[tuple[str, Node]], changes: Iterable[tuple[str, Node]]) -> None:
        """What the baseline changes is not changed again: which of the two was meant would be a guess."""
        there = {path for path, _ in before}
        for path, node in changes:
            if path in there:
                self.reading.refuse(
                    Spot(node, path), "The baseline changes this already.", "Leave one of them out."
                )

    def _title_of(self, name: str, own: tuple[str, ...], changes: list[tuple[str, Node]]) -> str:
        """The title of the option that a scenario is; its name in words if it is more than that."""
        if len(own) == 1 and not changes and own[0] in self.config.options:
            return self.config.options[own[0]].title
        return name.replace("_", " ").capitalize()

    def _options(self, spot: Spot) -> tuple[str, ...]:
        """The options that are named, each known to the place."""
        listed = spot.get("options")
        if listed is None or listed.node.value is None:
            return ()
        found = []
        for member in listed.members() if listed.node.is_list else (listed,):
            name = str(member.node.value)
            if name not in self.config.options:
                remedy = did_you_mean(
                    name, self.config.options, f"`flowsim show {self.config.name} options` lists them."
                )
                self.reading.refuse(member, "The place has no such option.", remedy)
            found.append(name)
        return tuple(name for name in found if name in self.config.options)

    def _changes(self, spot: Spot | None) -> list[tuple[str, Node]]:
        """The changes that are written, each a single value."""
        found = []
        for path, child in spot.children() if spot is not None else ():
            if not child.node.is_scalar or child.node.value is None:
                self.reading.refuse(
                    child, "A change is a single value here.", "Make it an option of the place.", value=""
                )
                continue
            found.append((path, child.node))
        return found

    def _demand(self, spot: Spot | None) -> list[tuple[str, Node]]:
        """A factor on every source of patients who come by themselves, or on those that are named."""
        if spot is None:
            return []
        if not spot.node.is_table:
            factor = self._factor(spot)
            names = [name for name, one in self.config.sources.items() if one.kind == "poisson"]
            return [] if factor is None else [(f"sources.{name}.multiplier", factor) for name in names]
        found = []
        for name, child in spot.children():
            if name not in self.config.sources:
                self.reading.refuse(
                    child, f"The place has no source `{name}`.", did_you_mean(name, self.config.sources)
                )
            elif (factor := self._factor(child)) is not None:
                found.append((f"sources.{name}.multiplier", factor))
        return found

    def _factor(self, spot: Spot) -> Node | None:
        """`x 1.03` or 1.03, as a change that multiplies."""
        written = str(spot.node.value).strip()
        number = written.removeprefix("x").strip()
        try:
            plain = number[:1] not in ("+", "-") and not number.endswith("%")
            good = spot.node.is_scalar and plain and parse_number(number) >= 0
        except ValueError:
            good = False
        if not good:
            self.reading.refuse(
                spot, "Demand is a factor of zero or more.", "Write `x 1.03` for three per cent more."
            )
            return None
        return Node(f"x {number}", spot.node.file, spot.node.line)

    def _try_out(self, options: tuple[str, ...], changes: tuple[tuple[str, Node], ...]) -> None:
        """Make the changes to the place's document, so that a path that is not there is told with its line here."""
        apply_changes(self.reading, self.root, self.config.options, options, dict(changes))

    def plan(self, baseline: Choice) -> Plan | None:
        """The design: which fields, and which values of them."""
        spot = self.top["design"]
        kinds = [kind for kind in KINDS if kind in spot]
        if len(kinds) != 1:
            self.reading.refuse(spot, "A design is one of list, grid, latin_hypercube and sobol.",
                                "Give exactly one of them.", value="")  # fmt: skip
            return None
        kind = kinds[0]
        if kind == "list":
            listed = tuple(tuple(self._changes(member)) for member in spot["list"].members())
            for changes in listed:
                self._not_in_both(baseline.changes, changes)
                self._try_out(baseline.options, (*baseline.changes, *changes))
            return Plan(kind, listed=listed)
        fields = read_fields(self.reading, spot[kind])
        for one in fields:
            for node in one.ends:
                self._not_in_both(baseline.changes, [(one.path, node)])
                self._try_out(baseline.options, (*baseline.changes, (one.path, node)))
        return Plan(kind, fields, read_settings(self.reading, spot, kind, fields, MOST_SETTINGS))
