"""The machine that figures were measured on, without anything that says whose it is."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import flowsim

PACKAGES = ("flowsim", "simpy", "numpy", "numba", "scipy", "pandas", "ciw", "salabim")


def describe() -> dict[str, Any]:
    """Processor, cores, memory, versions, and how busy the machine is now."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gb": memory_gb(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := version(name))},
        "g++": compiler(),
        "commit": commit(),
        "load": load(),
    }


def load() -> list[float]:
    """Load averages of 1, 5 and 15 minutes; none where the system does not tell."""
    return [round(value, 2) for value in os.getloadavg()] if hasattr(os, "getloadavg") else []


def processor() -> str:
    """What the processor calls itself."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory_gb() -> float | None:
    """All of its memory."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (AttributeError, ValueError, OSError):
        return None


def version(package: str) -> str:
    """The version of a package; empty if it is not here. flowsim may be run from its checkout."""
    if package == "flowsim":
        return flowsim.__version__
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def compiler() -> str:
    """The first line of `g++ --version`; empty if it is not here."""
    if not shutil.which("g++"):
        return ""
    told = subprocess.run(["g++", "--version"], capture_output=True, text=True, check=False).stdout
    return told.partition("\n")[0].strip()


def commit() -> str:
    """The commit of the checkout, with a + if it has changes; empty outside a checkout."""
    root = Path(__file__).resolve().parent.parent
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return told.stdout.strip()
