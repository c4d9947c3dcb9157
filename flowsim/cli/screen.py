"""What the commands share: data on stdout, messages and a bar on stderr, and one way to refuse."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 150
"""Columns of a table that is written to a file or a pipe."""


def console(stderr: bool = False) -> Console:
    """A console that is as wide as the terminal, or wide enough for every table."""
    from rich.console import Console

    at_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, width=None if at_terminal else WIDE, soft_wrap=False, highlight=False)


def say(text: str) -> None:
    """A message to the user, on stderr."""
    print(text, file=sys.stderr)  # noqa: T201


def print_json(data: Any) -> None:
    """Data as JSON. What has no value is null: NaN is not JSON."""
    print(json.dumps(_plain(data), indent=2, ensure_ascii=False, default=str))  # noqa: T201


def _plain(data: Any) -> Any:
    if isinstance(data, float) and not math.isfinite(data):
        return None
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    return [_plain(value) for value in data] if isinstance(data, list | tuple) else data


def refuse(what: str, remedy: str) -> NoReturn:
    """The user's mistake on the command line itself."""
    from flowsim.errors import ConfigError, Problem

    raise ConfigError([Problem(file="command line", what=what, remedy=remedy)])


def command() -> str:
    """The command as it was typed, for the manifest."""
    import shlex

    return shlex.join(["flowsim", *sys.argv[1:]])


def folder_to_write(folder: Path) -> None:
    """Make a folder now, so that a long run is not lost because it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"The folder {folder} cannot be made: {error.strerror}.", "Choose another --out.")
    if not os.access(folder, os.W_OK | os.X_OK):
        refuse(f"Nothing can be written into {folder}.", "Choose another --out, or change its rights.")


@contextmanager
def progress(title: str, days: float) -> Iterator[Callable[[float], None]]:
    """A bar of simulated days with time to go, on stderr; nothing if that is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _days: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(),
               TextColumn("{task.completed:.0f} of {task.total:.0f} days"), TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=days)
        yield lambda done: bar.advance(task, done)
