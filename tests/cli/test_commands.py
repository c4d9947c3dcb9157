"""The command line: data on stdout, messages on stderr, exit codes 0, 2 and 130, help that works."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.main import get_command

from flowsim.cli import app, main
from flowsim.engines import DEFAULT, ENGINES
from flowsim.sampling import cache
from tests.tiny_place import write_place

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
SHORT = ("--days", "2", "--warm-up", "1", "--workers", "1")


@pytest.fixture(scope="module", autouse=True)
def compiled_before():
    """The first use on a machine says more; what it says has tests of its own."""
    from flowsim.sampling.cache import is_compiled, note_compiled
    from flowsim.studies.rehearsal import PARTS

    if not is_compiled():
        for _, rehearse in PARTS:
            rehearse()
        note_compiled()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return str(write_place(tmp_path_factory.mktemp("cli") / "clinic"))


IS_COMPILED = cache.is_compiled


@pytest.fixture
def flowsim(capsys, monkeypatch):
    """Run a command in this process: (exit code, stdout, stderr). Nothing is said of compiling."""
    monkeypatch.setattr(cache, "is_compiled", lambda: True)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["flowsim", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run


def commands():
    return dict(get_command(app).commands)


def test_a_run_answers_first_and_then_shows_its_tables(flowsim, place):
    code, out, err = flowsim("run", place, "-n", "3", "-o", "more_nurses", *SHORT)
    assert (code, err) == (0, "")
    title, runs, _, answer, part, option, *_ = out.splitlines()
    assert title == "A clinic"
    assert runs == "3 replications of 2 days after 1 day of warm-up, seed 1"
    assert answer.startswith("People wait ")
    assert part.startswith("Of those who live in Hill: ")
    assert option.startswith("A third nurse: ")
    assert "Modelled beside observed" in out
    assert "A third nurse, against the baseline (same patients)" in out
    assert "--all shows them" in out


def test_few_replications_show_no_intervals_and_say_so(flowsim, place):
    _, out, _ = flowsim("run", place, "-n", "1", *SHORT)
    assert "95% interval" not in out
    assert "1 replication cannot say how sure a figure is" in out


def test_a_run_as_json_is_json_without_nan(flowsim, place):
    code, out, _ = flowsim(
        "run", place, "-n", "1", "--json", "-o", "more_nurses", "--set", "parameters.again=0", *SHORT
    )
    data = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert code == 0
    assert list(data["differences"]) == ["more_nurses + changes"]
    assert data["summary"]["baseline"][0]["kpi"] == "visits"


def test_each_option_alone(flowsim, place):
    _, out, _ = flowsim(
        "run", place, "-n", "1", "--json", "--each", "-o", "more_nurses", "-o", "fewer_people", *SHORT
    )
    assert list(json.loads(out)["differences"]) == ["more_nurses", "fewer_people"]


def test_a_run_writes_its_folder(flowsim, place, tmp_path):
    code, out, _ = flowsim("run", place, "-n", "1", "--out", tmp_path / "runs" / "a b", *SHORT)
    assert code == 0
    assert (tmp_path / "runs" / "a b" / "manifest.json").is_file()
    assert "Report, tables and pictures: " in out
    assert (tmp_path / "runs" / "a b" / "report.html").is_file()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-o", "more_nurse"), "`more_nurses`"),
        (("--set", "resources.nurs.capacity=3"), "`resources.nurse.capacity`"),
        (("--set", "resources.nurse.capacity"), "PATH=VALUE"),
        (("--set", "parameters.again=0", "--set", "parameters.again=1"), "twice"),
        (("--set", "parameters.again=2"), "parameters.again"),
        (("--days", "1", "--years", "1"), "Give one of them"),
        (("--engine", "simpi"), "'simpi' is not an engine"),
        (("--engine", "simpi"), "`simpy`"),
        (("--engine", "compield"), "`compiled`"),
        (("--each",), "--option NAME"),
        (("-n", "0"), "--replications"),
        (("-n", "many"), "valid integer"),
        (("--days", "-3"), "--days"),
        (("--years", "0"), "--years"),
        (("--seed", "-1"), "--seed"),
        (("--nonsense",), "--nonsense"),
    ],
)
def test_a_mistake_ends_with_one_message_and_code_2(flowsim, place, words, told):
    code, out, err = flowsim("run", place, *words)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_an_unknown_place_is_answered_with_the_nearest(flowsim):
    code, _, err = flowsim("run", "small_twon")
    assert code == 2
    assert "Did you mean `small_town`?" in err


def test_an_out_that_cannot_be_written_is_refused_before_anything_runs(flowsim, place, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = flowsim("run", place, "--out", tmp_path / "file" / "runs")
    assert code == 2
    assert "cannot be made" in err


def test_our_own_mistake_ends_with_code_1(flowsim, place, monkeypatch):
    monkeypatch.setattr("flowsim.studies.scenario.compile_program", lambda *_: 1 / 0)
    monkeypatch.setattr("flowsim.studies.scenario._compiled", lambda *_: 1 / 0)
    code, _, err = flowsim("check", place)
    assert code == 1
    assert "mistake of flowsim's" in err
    monkeypatch.setenv("FLOWSIM_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        flowsim("check", place)


def test_check_counts_the_numbers_and_gives_advice(flowsim, place):
    code, out, _ = flowsim("check", place)
    assert code == 0
    assert out.startswith("A clinic: nothing is wrong.")
    assert "missing" in out
    assert "published, but its source is not given" in out
    data = json.loads(flowsim("check", place, "--json")[1])
    assert data["problems"] == []
    assert data["advice"]


def test_check_tells_everything_that_is_wrong(flowsim, tmp_path):
    folder = write_place(tmp_path / "wrong")
    file = folder / "config.yaml"
    file.write_text(
        file.read_text().replace("later: 6 h", "later: 6 hh").replace("18 min", "18 minuts"), encoding="utf-8"
    )
    code, out, err = flowsim("check", folder)
    assert (code, out) == (2, "")
    assert "line 14" in err
    assert "line 12" in err


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("options", "more_nurses  A third nurse"),
        ("numbers", "parameters.again"),
        ("parameters.se", "parameters.see"),
        ("model", "seize nurse"),
    ],
)
def test_show(flowsim, place, what, told):
    code, out, _ = flowsim("show", place, what)
    assert code == 0
    assert told in out
    assert json.loads(flowsim("show", place, what, "--json")[1])


def test_show_what_is_not_there(flowsim, place):
    code, _, err = flowsim("show", place, "optoins")
    assert code == 2
    assert "`options`" in err


def test_follow_tells_both_worlds(flowsim, place):
    words = ("follow", place, "--patient", "3", "--days", "3", "--warm-up", "0")
    code, out, _ = flowsim(*words, "-o", "more_nurses")
    assert code == 0
    assert "Patient 3, baseline" in out
    assert "Patient 3, more nurses" in out
    assert "comes in" in out
    data = json.loads(flowsim(*words, "--json")[1])
    assert data["baseline"]["journeys"][0]["moments"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--patient", "99999"), "only"),
        (("--from", "walkin"), "`walk_in`"),
        (("--patient", "-1"), "--patient"),
    ],
)
def test_follow_refuses(flowsim, place, words, told):
    code, _, err = flowsim("follow", place, "--days", "2", "--warm-up", "0", *words)
    assert code == 2
    assert told in err


def test_draw(flowsim, place, tmp_path):
    assert flowsim("draw", place)[1].startswith("flowchart")
    for words in ((), ("--pathway", "visit")):
        picture = tmp_path / f"{len(words)}.svg"
        assert flowsim("draw", place, "--out", picture, *words)[0] == 0
        assert "<svg" in picture.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--out", "it.png"), ".svg or .mmd"),
        (("--pathway", "visti", "--out", "it.svg"), "`visit`"),
        (("--pathway", "visit"), "--out visit.svg"),
        (("--out", "no/such/folder/it.svg"), "cannot be written"),
    ],
)
def test_draw_refuses(flowsim, place, words, told):
    code, _, err = flowsim("draw", place, *words)
    assert code == 2
    assert told in err


def test_where(flowsim):
    assert "small_town" in flowsim("where")[1]
    assert {"kind", "name", "path", "origin", "hidden"} <= set(json.loads(flowsim("where", "--json")[1])[0])


def test_both_engines_are_named_and_the_default_is_marked(flowsim):
    code, out, err = flowsim("engines")
    assert (code, err) == (0, "")
    lines = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert list(lines) == ["compiled", "simpy"]
    assert [name for name, what in lines.items() if what.endswith("(default)")] == [DEFAULT]
    assert list(json.loads(flowsim("engines", "--json")[1])) == ["compiled", "simpy"]


def test_the_engine_of_a_run_is_the_default_one():
    """The word stands in the command's declaration, so that help need not load the engines."""
    (option,) = (one for one in commands()["run"].params if one.name == "engine")
    assert option.default == DEFAULT


@pytest.mark.parametrize("engine", ENGINES)
def test_both_engines_give_the_same_tables(flowsim, place, engine):
    words = ("run", place, "-n", "2", "--json", *SHORT)
    assert flowsim(*words, "--engine", engine)[1] == flowsim(*words)[1]


def test_warming_says_what_is_compiled_and_how_long_it_took(tmp_path):
    """Without the compiler, so that it is quick: the same parts are gone through."""
    done = subprocess.run(
        [sys.executable, "-m", "flowsim", "engines", "--warm"], cwd=ROOT, capture_output=True, text=True,
        check=False, env={**os.environ, "FLOWSIM_CACHE": str(tmp_path), "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("compiled ")
    *parts, last = done.stderr.splitlines()
    assert parts == [
        f"  compiling {what} ..." for what in ("the drawing of patients", "the engine", "the counting")
    ]
    assert re.fullmatch(r"Compiled and kept for next time, in \d+ s\.", last)


def test_the_first_run_says_what_the_wait_is_for_and_the_second_does_not(
    flowsim, place, tmp_path, monkeypatch
):
    from flowsim.studies import rehearsal

    rehearsed = []
    monkeypatch.setattr(cache, "is_compiled", IS_COMPILED)
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(rehearsal, "PARTS", (("a part", lambda: rehearsed.append("a part")),))
    words = ("run", place, "-n", "1", *SHORT)
    _, out, err = flowsim(*words, "--engine", "simpy")
    assert (err, rehearsed) == ("", [])
    _, first, err = flowsim(*words)
    said = err.splitlines()
    assert said[0].startswith("First use on this machine: the engine is compiled once")
    assert said[1:] == ["  compiling a part ...", "Compiled and kept for next time, in 0 s."]
    _, second, err = flowsim(*words)
    assert (err, rehearsed) == ("", ["a part"])
    assert out == first == second


def test_new_copies_a_place_that_can_be_checked(flowsim, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = flowsim("new", "ours", "--from", place)
    assert code == 0
    assert "flowsim check ours" in err
    assert flowsim("check", "ours")[0] == 0
    assert flowsim("new", "ours", "--from", place)[0] == 2


def test_a_census_is_made_and_then_used(flowsim, tmp_path):
    folder = write_place(tmp_path / "warm")
    code, _, err = flowsim("census", folder, "--warm-up", "2")
    assert code == 0
    assert "patients inside" in err
    assert "from its warmed census" in flowsim("run", folder, "-n", "1", "--days", "2", "--workers", "1")[1]


def test_the_version(flowsim):
    code, out, _ = flowsim("--version")
    assert code == 0
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", out)


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_has_an_example_that_is_read_without_complaint(name):
    command = commands()[name]
    found = re.findall(r"Example: +flowsim (\S+) ?(.*)", command.callback.__doc__)
    assert found
    for called, rest in found:
        assert called == name
        command.make_context(name, rest.split(), resilient_parsing=False)


def test_help_is_quick_because_nothing_heavy_is_imported():
    code = (
        "import sys; sys.argv=['flowsim','run','--help']\nfrom flowsim.cli import main\ntry: main()\n"
        "except SystemExit: pass\nheavy={'numpy','pandas','scipy','simpy','numba','rich.console','matplotlib'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "heavy: []", done.stdout + done.stderr
    assert "--option" in done.stdout


def at_work(pid, engine):
    """Are two workers at work: threads beside the first one, or processes that have been told to leave Ctrl-C to us?"""
    tasks = Path(f"/proc/{pid}/task")
    if engine == "compiled":
        return len(list(tasks.iterdir())) >= 3
    ignored = []
    for child in (tasks / str(pid) / "children").read_text().split():
        (mask,) = re.findall(r"SigIgn:\s*(\w+)", Path(f"/proc/{child}/status").read_text())
        ignored.append(int(mask, 16) >> (signal.SIGINT - 1) & 1)
    return ignored == [1, 1, 1]  # a tracker of resources is the third


@pytest.mark.skipif(os.name == "nt", reason="signals of Windows are others")
@pytest.mark.parametrize("engine", ENGINES)
def test_ctrl_c_stops_cleanly(place, engine):
    """Two at once: threads of the compiled engine, processes of SimPy."""
    warmed = [sys.executable, "-m", "flowsim", "engines", "--warm"]
    subprocess.run(warmed, cwd=ROOT, check=True, capture_output=True)
    words = [sys.executable, "-m", "flowsim", "run", place, "-n", "500", "--years", "100", "--workers", "2",
             "--engine", engine]  # fmt: skip
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    running = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True, env={**os.environ, **one_thread})  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and Path("/proc").exists() and not at_work(running.pid, engine):
            time.sleep(0.1)
        time.sleep(2)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all of them
        out, err = running.communicate(timeout=60)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
    assert (running.returncode, out) == (130, ""), err
    assert (
        err.splitlines()[-1] == "Stopped. What was finished is kept; nothing was written by halves."
    )  # the very first use says more before


def test_a_report_is_made_again_without_simulating(flowsim, place, tmp_path):
    out = tmp_path / "out"
    assert flowsim("run", place, *SHORT, "-n", "1", "--out", out, "--events", "csv")[0] == 0
    written = (out / "report.html").read_bytes()
    assert (out / "events_baseline.csv").is_file()
    (out / "report.html").unlink()
    code, data, said = flowsim("report", out)
    assert (code, data) == (0, "")
    assert "report.html" in said
    assert (out / "report.html").read_bytes() == written


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("report", "nowhere"), "There is no folder nowhere."),
        (("report", "."), "is not a run's folder"),
        (("run", "PLACE", "--events", "cvs", "--out", "x"), "Did you mean `csv`?"),
        (("run", "PLACE", "--events", "csv"), "Add --out FOLDER."),
    ],
)
def test_what_a_report_cannot_be_made_of(flowsim, place, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    code, _, said = flowsim(*(place if word == "PLACE" else word for word in words))
    assert code == 2
    assert message in said
