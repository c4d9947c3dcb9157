"""Text into checked documents: YAML, units, provenance, options. The only room that sees text or a dict."""

from __future__ import annotations

from flowsim.inputs.read import read_config
from flowsim.inputs.values import Config

__all__ = ["Config", "read_config"]
