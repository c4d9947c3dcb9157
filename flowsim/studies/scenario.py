"""A scenario: a place, with options switched on and values changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from flowsim.inputs import Config, read_config
from flowsim.inputs.drawn import with_drawn
from flowsim.inputs.in_doubt import InDoubt
from flowsim.inputs.load import load
from flowsim.pathway import Model, load_model
from flowsim.places import find_config
from flowsim.program import Program, compile_program

DEFAULT_MODEL = "urgent_care"


@dataclass(frozen=True)
class Scenario:
    """What is simulated. `place` is a name or a path; `changes` are (path, value) pairs as for `--set`."""

    place: str
    options: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    name: str = "baseline"

    @property
    def folder(self) -> Path:
        """The folder in which the place's main file stands."""
        return find_config(self.place).parent

    def with_options(self, *options: str, name: str = "") -> Scenario:
        """The same place with further options."""
        return replace(
            self, options=(*self.options, *options), name=name or " + ".join((*self.options, *options))
        )

    def with_changes(self, changes: Mapping[str, Any], name: str = "") -> Scenario:
        """The same place with further values changed."""
        pairs = (*self.changes, *((path, str(value)) for path, value in changes.items()))
        return replace(self, changes=pairs, name=name or self.name)

    def program(self) -> Program:
        """The compiled program. Raises ConfigError or ModelError with everything that is wrong."""
        return _compiled(self.place, self.options, self.changes)


@lru_cache(maxsize=8)
def _compiled(place: str, options: tuple[str, ...], changes: tuple[tuple[str, str], ...]) -> Program:
    model, config = load_place(place, options, changes)
    return compile_program(model, config)


def load_place(
    place: str,
    options: tuple[str, ...] = (),
    changes: tuple[tuple[str, str], ...] = (),
    drawn: Sequence[tuple[InDoubt, float]] = (),
) -> tuple[Model, Config]:
    """The model and the checked config of a place.

    The main file is looked at first, to learn which model it is of; then all is read, knowing that model's
    attributes. Numbers that are `drawn` have their values before any option is switched on.
    """
    path = find_config(place)
    model = load_model(_model_of(path))
    attributes = {item.name: item.values for item in model.all_attributes}
    before = partial(with_drawn, drawn=drawn) if drawn else None
    return model, read_config(
        path, options=options, changes=dict(changes), attributes=attributes, before=before
    )


def _model_of(path: Path) -> str | Path:
    """The model that a config names: a shipped or the project's own one, or a file beside the config."""
    written = load(path).root.table.get("model")
    name = str(written.value) if written is not None and written.is_scalar else ""
    if not name:
        return DEFAULT_MODEL
    beside = path.parent / name
    return beside if name.endswith(".py") and beside.is_file() else name


@dataclass(frozen=True)
class Prepared:
    """A model and config made in Python: for a class, a test, or a page of documentation."""

    ready: Program
    name: str = "baseline"
    folder: Path = field(default_factory=Path.cwd)

    def program(self) -> Program:
        """The program."""
        return self.ready
