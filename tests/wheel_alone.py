"""Is the installed wheel complete? Run by CI from an empty folder, with the checkout's path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def flowsim(*words: str) -> None:
    """One command of the installed program; stop if it fails."""
    command = Path(sys.executable).with_name("flowsim")
    print("$ flowsim", *words, flush=True)
    subprocess.run([command, *words], check=True, stdin=subprocess.DEVNULL)


def main(checkout: Path) -> None:
    """Everything that the checkout ships is found, and comes from the wheel; then a small place is run."""
    from flowsim import places

    rows = places.where()
    for row in rows:
        print(f"{row.kind:<12}{row.name:<28}{row.origin}")
        assert row.origin == "shipped", f"{row} is not the wheel's"
        assert checkout not in row.path.parents, f"{row} is the checkout's"
    shipped = {(row.kind, row.name) for row in rows}
    for kind, folder in (("model", "models"), ("config", "configs"), ("experiment", "experiments")):
        expected = {name for name, _ in places._listed(kind, checkout / folder)}
        missing = expected - {name for of_kind, name in shipped if of_kind == kind}
        assert not missing, f"the wheel lacks {missing} of {folder}"
    flowsim("where")
    flowsim(
        "run",
        "small_town",
        "--replications",
        "1",
        "--days",
        "2",
        "--warm-up",
        "1",
        "--out",
        "runs/small_town",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
