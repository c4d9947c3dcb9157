"""Machine code is kept in a folder of this state of the source, whichever module is imported first."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "module", ["sampling.block", "sampling.philox", "records.fold", "engines.compiled_engine"]
)
def test_numba_keeps_its_code_in_the_folder_of_this_source(module):
    """Beside the source, numba would go on with old code after a called file has changed."""
    told = (
        f"import flowsim.{module}\n"
        "from numba.core import config\n"
        "from flowsim.sampling.cache import source_digest\n"
        "print(config.CACHE_DIR.endswith(source_digest()))"
    )
    environment = {"PATH": "/usr/bin:/bin", "FLOWSIM_CACHE": "unused"}
    done = subprocess.run(
        [sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"
