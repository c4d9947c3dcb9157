"""The file of results: where it is, and that it can be read back."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "results"


def save(results: dict[str, Any], whole: bool) -> Path:
    """Write results under the time they were made; the name says if they are quick ones, or not of every part."""
    FOLDER.mkdir(exist_ok=True)
    kind = "_quick" if results["quick"] else "" if whole else "_part"
    path = FOLDER / f"{datetime.now():%Y-%m-%d_%H-%M-%S}{kind}.json"
    path.write_text(json.dumps(_plain(results), indent=1) + "\n", encoding="utf-8")
    return path


def newest() -> Path | None:
    """The newest results of every part that are not quick ones; None if there are none."""
    found = sorted(path for path in FOLDER.glob("*.json") if not path.stem.endswith(("_quick", "_part")))
    return found[-1] if found else None


def load(path: Path) -> dict[str, Any]:
    """Results as they were written."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _plain(value: Any) -> Any:
    """What has no value is null: NaN is not JSON."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
