"""The rules of the house that a linter does not know."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.source import code_lines, import_lines, imported, modules, name, tree

pytestmark = pytest.mark.architecture

LONGEST = 300
EVERY_MODULE = pytest.mark.parametrize("path", modules(), ids=name)


def uses(path: Path, *roots: str) -> list[str]:
    """Imports of these packages or modules, or of anything inside them."""
    return [
        f"line {line}: {what}"
        for line, what in imported(path)
        if any(what == root or what.startswith(f"{root}.") for root in roots)
    ]


def attributes(path: Path, *dotted: str) -> list[str]:
    """Places where a dotted name such as `np.random` is written."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            written = ast.unparse(node)
            found += [f"line {node.lineno}: {written}" for want in dotted if written == want]
    return found


@EVERY_MODULE
def test_simpy_is_imported_by_one_file(path):
    assert name(path) == "engines/simpy_engine.py" or not uses(path, "simpy")


@EVERY_MODULE
def test_numba_is_for_sampling_records_and_the_compiled_engine(path):
    allowed = name(path).startswith(("sampling/", "records/", "engines/compiled"))
    assert allowed or not uses(path, "numba", "llvmlite")


@EVERY_MODULE
def test_the_language_of_numbas_own_functions_stands_in_one_file(path):
    assert name(path) == "sampling/block.py" or not uses(path, "llvmlite", "numba.extending", "numba.core")


@EVERY_MODULE
def test_random_numbers_come_from_sampling_alone(path):
    """The points of SALib's designs are placed by its own seeds: they choose questions, and are nobody's luck."""
    if not name(path).startswith("sampling/"):
        assert not uses(path, "random", "numpy.random", "secrets", "os.urandom", "uuid.uuid4")
        assert not attributes(path, "np.random", "numpy.random", "os.urandom", "uuid.uuid4")
        drawn = [n.lineno for n in ast.walk(tree(path)) if isinstance(n, ast.Attribute) and n.attr == "rvs"]
        assert not drawn, "a SciPy law is asked for its quantiles, never for a draw"


@EVERY_MODULE
def test_nothing_uses_fastmath(path):
    assert not [
        n.value.lineno for n in ast.walk(tree(path)) if isinstance(n, ast.keyword) and n.arg == "fastmath"
    ]


@EVERY_MODULE
def test_nobody_reaches_through_the_front_door(path):
    """`import flowsim` inside flowsim is how import cycles begin; so are `*` and relative imports."""
    nodes = list(ast.walk(tree(path)))
    froms = [n for n in nodes if isinstance(n, ast.ImportFrom)]
    assert not [n.lineno for n in froms if n.module == "flowsim"]
    assert not [
        n.lineno for n in nodes if isinstance(n, ast.Import) and "flowsim" in [a.name for a in n.names]
    ]
    assert not [n.lineno for n in froms if n.level or "*" in [a.name for a in n.names]]


@EVERY_MODULE
def test_a_module_is_short_enough_to_read(path):
    text = path.read_text(encoding="utf-8")
    assert code_lines(text) - import_lines(text) <= LONGEST


@EVERY_MODULE
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(tree(path))


@EVERY_MODULE
def test_annotations_are_not_evaluated(path):
    assert path.name == "__init__.py" or "__future__.annotations" in [what for _, what in imported(path)]


def engines() -> list[Path]:
    return [path for path in modules() if name(path).startswith("engines/")]


def test_engines_add_compare_index_and_hash():
    """Time is whole; `exp`, `log` and division differ between processors, so they are elsewhere."""
    for path in engines():
        assert not uses(path, "math", "cmath", "decimal", "fractions", "scipy")
        assert not attributes(path, "np.log", "np.exp", "np.sqrt", "np.power", "np.float64", "np.float32")
        nodes = list(ast.walk(tree(path)))
        divided = [n for n in nodes if isinstance(n, ast.BinOp | ast.AugAssign) and isinstance(n.op, ast.Div)]
        fractions = [n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, float)]
        assert not [f"{name(path)}:{n.lineno}" for n in (*divided, *fractions)]


def test_engines_do_not_interrupt_processes():
    """SimPy runs an interruption before older events of the same instant (rule 8)."""
    for path in engines():
        nodes = ast.walk(tree(path))
        assert not [n.lineno for n in nodes if isinstance(n, ast.Attribute) and n.attr == "interrupt"]


def test_the_two_engines_do_not_know_each_other():
    """What they share is the state's form, and the words for who waits."""
    simpys = {"simpy_engine", "queueing", "verbs", "routing", "restoring", "pool"}
    for path in engines():
        if name(path).startswith("engines/compiled"):
            assert not uses(path, *(f"flowsim.engines.{stem}" for stem in simpys))
        elif path.stem in simpys:
            assert not uses(path, "flowsim.engines.compiled", "flowsim.engines.compiled_engine")


@EVERY_MODULE
def test_blocks_whose_indices_nobody_checks_are_for_compiled_code_alone(path):
    """A wrong index into a block is a wrong answer or a crash, so only the rooms that compile have them."""
    allowed = name(path).startswith(("engines/compiled", "records/", "sampling/"))
    assert allowed or not uses(path, "flowsim.sampling.block")


@EVERY_MODULE
def test_compiled_functions_never_run_in_parallel_within_one_run(path):
    """Threads share nothing: each has a run of its own, or the order of events would be an accident."""
    assert not uses(path, "numba.prange")
    assert not [
        node.value.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword) and node.arg == "parallel"
    ]
