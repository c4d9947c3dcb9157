"""What a page shows, as things to do: commands, Python, and files that it asks the reader to write.

- A `console` fence holds commands that begin with `flowsim `, with or without a prompt `$ `. Where there are
  prompts, the other lines are what the reader will see: they must come, in that order; a line `...` stands
  for any lines.
- A `python` fence is run. The Python of a page shares its names, as in a notebook.
- A `{code-block}` fence with a `:caption:` is written to the file of that name in the page's folder.
- Anything else (`yaml`, `sh`, `text`) is only read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,})(?P<info>[^\n`]*)$")


@dataclass(frozen=True)
class Fence:
    """A fenced block: its info string, its text, and the line of the page on which the text begins."""

    info: str
    text: str
    line: int


def pages() -> list[Path]:
    """The README and every page of the documentation."""
    built = ROOT / "docs" / "_build"
    return [ROOT / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if built not in p.parents)]


def fences(text: str) -> list[Fence]:
    """Every fenced block of a page, outermost first; a fence inside a fence is text."""
    found: list[Fence] = []
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        opened = _FENCE.match(lines[at])
        at += 1
        if not opened:
            continue
        start, ticks, indent = at, opened["ticks"], len(opened["indent"])
        closing = re.compile(rf" *{ticks[0]}{{{len(ticks)},}} *")
        while at < len(lines) and not closing.fullmatch(lines[at]):
            at += 1
        body = "\n".join(line[min(indent, len(line) - len(line.lstrip())) :] for line in lines[start:at])
        found.append(Fence(opened["info"].strip(), body, start + 1))
        at += 1
    return found


def deeds(text: str) -> list[dict[str, object]]:
    """What there is to do on a page, in order."""
    found: list[dict[str, object]] = []
    for fence in fences(text):
        if fence.info.startswith("python") and fence.info != "python":
            raise ValueError(
                f"line {fence.line}: a Python block is always run; `{fence.info}` is not allowed"
            )
        if fence.info == "python":
            found.append({"do": "python", "line": fence.line, "code": fence.text})
        elif fence.info == "console":
            found += _commands(fence)
        elif fence.info.startswith("{code-block}"):
            caption = re.search(r"^:caption: *(\S+)$", fence.text, re.MULTILINE)
            if caption:
                body = re.sub(r"\A(?::[a-z-]+:.*\n)+\n?", "", fence.text)
                found.append({"do": "write", "line": fence.line, "name": caption[1], "text": body + "\n"})
    return found


def _commands(fence: Fence) -> list[dict[str, object]]:
    """The commands of a console block, each with the lines that it must print."""
    found: list[dict[str, object]] = []
    prompts = any(line.startswith("$ ") for line in fence.text.splitlines())
    text = re.sub(r" *\\\n *", " ", fence.text)
    for number, line in enumerate(text.splitlines(), fence.line):
        command = line.removeprefix("$ ")
        if command.startswith("flowsim ") and (not prompts or line.startswith("$ ")):
            found.append({"do": "run", "line": number, "command": command, "shows": []})
        elif prompts and found and not line.startswith("$ "):
            found[-1]["shows"].append(line)  # type: ignore[attr-defined]
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"line {number}: only `flowsim ...` is run here, not `{line}`; use sh or text")
    return found
