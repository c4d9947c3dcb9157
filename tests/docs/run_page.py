"""Do in this folder what one page shows, in order; stop at the first thing that is not as shown."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path


def run(command: str, shows: list[str], where: str) -> None:
    """Run one flowsim command and look for the lines that the page shows."""
    words = [sys.executable, "-m", "flowsim", *shlex.split(command)[1:]]
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(f"{where}: `{command}` ended with code {done.returncode}\n{done.stdout}{done.stderr}")
    printed = iter(line.rstrip() for line in (done.stdout + done.stderr).splitlines())
    for line in filter(None, (shown.rstrip() for shown in shows)):
        if line != "..." and line not in printed:  # `in` goes on from where the last line was found
            text = f"It printed:\n{done.stdout}{done.stderr}"
            sys.exit(f"{where}: `{command}` does not print, in its place:\n  {line}\n{text}")


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
