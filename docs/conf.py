"""How the documentation is built: Sphinx with MyST pages. `make docs` also runs what the pages show."""

from __future__ import annotations

import tomllib
from pathlib import Path

project = "flowsim"
author = "The flowsim authors"
project_copyright = "2026, The flowsim authors"
release = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]["version"]

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "flowsim"
html_copy_source = False
highlight_language = "text"
