"""Processes of their own: for what can only be measured from the start of one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.timing import Spent

ROOT = Path(__file__).resolve().parent.parent


class Failed(RuntimeError):
    """A process that was to be measured has failed."""


def child(arguments: list[str], more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Python with these arguments, in the project's folder; raises Failed with its last words."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(more or {})}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr.strip() or "nothing").splitlines()[-1]
        raise Failed(f"`python {' '.join(arguments)}` failed: {said}")
    return done


def timed_child(arguments: list[str], more: Mapping[str, str] | None = None) -> Spent:
    """What such a process takes, from its start to its end."""
    processor, wall = _of_children(), time.perf_counter()
    child(arguments, more)
    return Spent(_of_children() - processor, time.perf_counter() - wall)


def _of_children() -> float:
    """Processor seconds of all processes that we have started and that have ended."""
    told = os.times()
    return told.children_user + told.children_system
