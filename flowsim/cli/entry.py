"""All the commands, and how they end: exit code 0; 2 for the user's mistake; 1 for ours."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import typer

from flowsim.cli.doubting import sensitivity
from flowsim.cli.experimenting import compare, sweep
from flowsim.cli.following import follow
from flowsim.cli.looking import check, draw, engines, show, where
from flowsim.cli.making import calibrate, census, new
from flowsim.cli.reporting import report
from flowsim.cli.running import run
from flowsim.cli.screen import say
from flowsim.cli.searching import frontier, seek

STOPPED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Patient flow through urgent and emergency care, simulated from the call to the last visit.\n\n"
    "Try:  flowsim run small_town --days 7",
)


@app.callback(invoke_without_command=True)
def flowsim(version: bool = typer.Option(False, "--version", help="Say which version this is.")) -> None:
    """Patient flow through urgent and emergency care, simulated from the call to the last visit.

    Try:  flowsim run small_town --days 7
    """
    if version:
        print(sys.modules["flowsim"].__version__)  # noqa: T201
        raise typer.Exit


def _ending_well(command: Callable[..., None]) -> Callable[..., None]:
    """Ctrl-C is not a failure to be told about at length."""

    @wraps(command)
    def ends(*given: Any, **named: Any) -> None:
        try:
            command(*given, **named)
        except KeyboardInterrupt:
            say("Stopped. What was finished is kept; nothing was written by halves.")
            raise typer.Exit(STOPPED) from None

    return ends


COMMANDS = (run, compare, sweep, seek, frontier, sensitivity, report, check, show, draw, follow, new, where, census,
            calibrate, engines)  # fmt: skip
for one in COMMANDS:
    app.command()(_ending_well(one))


def main() -> None:
    """Run the command line; the user's mistakes end with one message and exit code 2."""
    from flowsim.errors import FlowsimError

    try:
        app()
    except FlowsimError as error:
        say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except Exception as error:
        if os.environ.get("FLOWSIM_DEBUG"):
            raise
        say(f"This is a mistake of flowsim's, not yours: {type(error).__name__}: {error}")
        say("Please report it with the command that you ran; FLOWSIM_DEBUG=1 shows where it happened.")
        sys.exit(1)
