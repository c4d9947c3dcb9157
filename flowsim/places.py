"""Where models, configs and experiments are found: a path first, then the project, then the shipped ones."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flowsim.errors import PlaceNotFound, nearest

MAIN_FILE = "config.yaml"
_FOLDERS = {"model": "models", "config": "configs", "experiment": "experiments"}
_BARE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_CALLED = {"model": "model", "config": "place", "experiment": "experiment"}


@dataclass(frozen=True)
class Place:
    """One model, config or experiment that can be asked for by name."""

    kind: str  # "model", "config" or "experiment"
    name: str
    path: Path
    origin: str  # "project", "shipped", or "path" for one that was given as a path
    hidden: bool = False  # a project's own one of the same name is found first


def find_config(name_or_path: str | Path) -> Path:
    """The main YAML file of a place: of that name, or at that path."""
    return _find("config", name_or_path, _config_at)


def find_model(name_or_path: str | Path) -> Path:
    """The Python file of a model, or its folder if it is a package: of that name, or at that path."""
    return _find("model", name_or_path, _model_at)


def find_experiment(name_or_path: str | Path) -> Path:
    """The YAML file of an experiment: of that name, or at that path."""
    return _find("experiment", name_or_path, _experiment_at)


def list_configs() -> tuple[str, ...]:
    """The names of the places that can be run from here."""
    return _names("config")


def list_models() -> tuple[str, ...]:
    """The names of the models that can be used from here."""
    return _names("model")


def list_experiments() -> tuple[str, ...]:
    """The names of the experiments that can be run from here."""
    return _names("experiment")


def where() -> tuple[Place, ...]:
    """Everything that can be asked for by name from here, in the order in which it is looked for."""
    rows: list[Place] = []
    for kind in _FOLDERS:
        seen: set[str] = set()
        for origin, folder in _roots(kind):
            for name, path in _listed(kind, folder):
                rows.append(Place(kind, name, path, origin, hidden=name in seen))
                seen.add(name)
    return tuple(rows)


def project_folder(start: Path | None = None) -> Path | None:
    """The nearest folder, from `start` upwards, with `configs`, `models` or `experiments`; None if there is none."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if any((folder / name).is_dir() for name in _FOLDERS.values()):
            return folder
    return None


def runs_folder() -> Path:
    """Where results are kept: `runs` in the project's folder, or in the current one."""
    return (project_folder() or Path.cwd()) / "runs"


def shipped_folder() -> Path:
    """The copies inside the installed package; in a checkout of the project, the checkout itself."""
    package = Path(__file__).resolve().parent
    shipped = package / "_shipped"
    return shipped if shipped.is_dir() else package.parent


def copy_place(start_from: str | Path, name: str) -> Path:
    """Copy a place into the project's `configs/NAME` (or that of the current folder); returns the new folder.

    The copy appears whole or not at all. A warmed census is not copied: it is of the old numbers.
    """
    if not _BARE_NAME.fullmatch(name):
        raise PlaceNotFound(f"{name!r} cannot be a place's name: use letters, digits, - and _.")
    main = find_config(start_from)
    target = (project_folder() or Path.cwd()) / "configs" / name
    if target.exists() or target.with_suffix(".yaml").exists():
        raise PlaceNotFound(f"{target} is there already. Choose another name, or remove it first.")
    files = (
        [file for file in main.parent.iterdir() if file.suffix in (".yaml", ".yml", ".csv", ".py")]
        if _is_own(main)
        else [main]
    )
    part = target.with_name(f".{name}.part")
    part.mkdir(parents=True)
    try:
        for file in files:
            copied = part / (MAIN_FILE if file == main else file.name)
            text = file.read_text(encoding="utf-8")
            copied.write_text(re.sub(r"(?m)^name:.*$", f"name: {name}", text, count=1) if file == main else text,
                              encoding="utf-8")  # fmt: skip
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _is_own(main: Path) -> bool:
    """Does the place have a folder of its own, so that the files beside its main file belong to it?"""
    return main.name == MAIN_FILE or main.stem == main.parent.name


# --- looking ------------------------------------------------------------------------------------------------


def _find(kind: str, wanted: str | Path, at: Callable[[Path], Path | None]) -> Path:
    """A bare name is looked for in the known folders only; anything else is a path that the user gave."""
    looked: list[Path] = []
    if not isinstance(wanted, str) or not _BARE_NAME.fullmatch(wanted):
        # pathlib raises for an unknown user
        given = Path(os.path.expanduser(wanted))  # noqa: PTH111
        found = at(given)
        looked.append(given)
    else:
        found = None
        for _, folder in _roots(kind):
            looked.append(folder)
            found = at(folder / wanted)
            if found is not None:
                break
    if found is None:
        known = _names(kind)
        raise PlaceNotFound(_not_found(kind, str(wanted), known), [str(place) for place in looked], known)
    return found


def _config_at(path: Path) -> Path | None:
    """`NAME.yaml`, or in a folder `config.yaml`, or the file named like the folder."""
    if path.is_dir():
        return _first_file(path / MAIN_FILE, path / f"{path.resolve().name}.yaml")
    return _yaml_at(path)


def _experiment_at(path: Path) -> Path | None:
    return None if path.is_dir() else _yaml_at(path)


def _yaml_at(path: Path) -> Path | None:
    return _first_file(path, path.with_name(f"{path.name}.yaml"), path.with_name(f"{path.name}.yml"))


def _model_at(path: Path) -> Path | None:
    if (path / "__init__.py").is_file():
        return path.resolve()
    return _first_file(*([path] if path.suffix == ".py" else []), path.with_name(f"{path.name}.py"))


def _first_file(*candidates: Path) -> Path | None:
    return next((path.resolve() for path in candidates if path.is_file()), None)


def _roots(kind: str) -> Iterator[tuple[str, Path]]:
    """The folders of that kind, nearest first; a checkout is its own project and is named once."""
    project, shipped = project_folder(), shipped_folder()
    if project is not None and project != shipped:
        yield "project", project / _FOLDERS[kind]
    yield "shipped", shipped / _FOLDERS[kind]


def _listed(kind: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The names in one folder, in alphabetical order."""
    at = {"config": _config_at, "model": _model_at, "experiment": _experiment_at}[kind]
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    suffixes = {".py"} if kind == "model" else {".yaml", ".yml"}
    for entry in entries:
        name = entry.stem if entry.suffix in suffixes else entry.name
        if _BARE_NAME.fullmatch(name) and (entry.is_dir() or entry.suffix in suffixes):
            found = at(entry)
            if found is not None:
                yield name, found


def _names(kind: str) -> tuple[str, ...]:
    return tuple(sorted({place.name for place in where() if place.kind == kind}))


def _not_found(kind: str, wanted: str, known: tuple[str, ...]) -> str:
    """What was not found, and the nearest name: a slip of the finger is mended by reading the message."""
    name = nearest(Path(wanted).stem, known)
    return f"There is no {_CALLED[kind]} `{wanted}`." + (f" Did you mean `{name}`?" if name else "")
