"""Do in this folder what one page shows, in order; stop at the first thing that is not as shown.

Commands run in this process, one after another, so that a page pays once for what is loaded. What a command has
compiled is kept for the next one only while no file of the folder's `configs` and `models` has changed.
"""

from __future__ import annotations

import io
import json
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

_seen: dict[Path, int] = {}


def _forget_if_changed() -> None:
    """A command at a prompt reads every file again; so must the next one here if any has changed."""
    from flowsim.studies.scenario import _compiled

    now = {path: path.stat().st_mtime_ns for top in ("configs", "models") for path in Path(top).rglob("*.*")}
    if now != _seen:
        _compiled.cache_clear()
        _seen.clear()
        _seen.update(now)


def _call(words: list[str]) -> tuple[int, str]:
    """One call of the command line: its exit code, and all that it printed."""
    from flowsim.cli import main as command_line

    _forget_if_changed()
    printed, before = io.StringIO(), sys.argv
    code: object = 0
    try:
        sys.argv = words
        with redirect_stdout(printed), redirect_stderr(printed):
            command_line()
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        sys.argv = before
    return code if isinstance(code, int) else 1, printed.getvalue()


def run(command: str, shows: list[str], where: str) -> None:
    """Run one flowsim command and look for the lines that the page shows."""
    code, text = _call(shlex.split(command))
    if code:
        sys.exit(f"{where}: `{command}` ended with code {code}\n{text}")
    printed = iter(line.rstrip() for line in text.splitlines())
    for line in filter(None, (shown.rstrip() for shown in shows)):
        if line != "..." and line not in printed:  # `in` goes on from where the last line was found
            sys.exit(f"{where}: `{command}` does not print, in its place:\n  {line}\nIt printed:\n{text}")


def main(page: str, deeds: list[dict]) -> None:
    """Python blocks share one set of names; line numbers in a traceback are the page's."""
    names: dict[str, object] = {"__name__": "__page__"}
    for deed in deeds:
        where = f"{page}, line {deed['line']}"
        if deed["do"] == "python":
            exec(compile("\n" * (deed["line"] - 1) + deed["code"], page, "exec"), names)
        elif deed["do"] == "write":
            path = Path(deed["name"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(deed["text"], encoding="utf-8")
        else:
            run(deed["command"], deed["shows"], where)


if __name__ == "__main__":
    main(sys.argv[1], json.load(sys.stdin))
