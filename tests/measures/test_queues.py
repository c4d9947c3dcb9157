"""Little's law and Erlang's formula, with known answers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from flowsim.measures.queues import erlang_queue, littles_law, loads
from flowsim.pathway import Model, pathway, resource, source
from flowsim.program.timetables import DAY, MINUTE
from flowsim.records import state as use
from flowsim.records.fold import Folding
from flowsim.sampling import draw_arrivals
from tests.support import compiled, simulate

pytestmark = pytest.mark.theory


def tallied(rate="5/h", patience=None, days=28):
    step = {"patience": "patience"} if patience else {}
    chain = (
        pathway("visit")
        .seize("nurse", **step, on_leave="gone" if patience else None)
        .hold("see")
        .release("nurse")
    )
    model = Model(
        "clinic",
        (chain.leave("seen"), pathway("gone").leave("gave_up")) if patience else (chain.leave("seen"),),
        (source("door", to="visit"),),
        (resource("nurse"),),
    )
    config = {
        "sources": {"door": {"rate": rate}},
        "resources": {"nurse": {"capacity": 1}},
        "parameters": {
            "see": {"exponential": {"mean": "10 min"}},
            **({"patience": patience} if patience else {}),
        },
    }
    run = simulate(model, config, f"{days} days")
    arrivals = draw_arrivals(compiled(model, config), 1, 0, 0, days * DAY)
    folding = Folding(run.program, arrivals, None)
    folding.take(run.log)
    return folding.finish(days * DAY)


def test_l_is_lambda_w_to_the_last_digit_where_the_queue_is_empty_at_both_ends():
    (found,) = littles_law([_empty_at_the_end()])
    assert found.instance == ("nurse", None)
    assert found.served > 3000
    assert found.length > 1
    assert found.rate_times_wait == pytest.approx(found.length, rel=1e-9)
    assert found.gap == pytest.approx(0, abs=1e-9)


@cache
def _empty_at_the_end():
    """The first run, of those of 28 to 60 days, at whose end nobody waits."""
    for days in range(28, 60):
        run = tallied(days=days)
        if run.flows[0, :, use.JOINED].sum() == run.flows[0, :, use.GRANTED].sum():
            return run
    raise AssertionError("there is always somebody")


def test_a_wait_that_was_lost_is_seen():
    run = _empty_at_the_end()
    weekly = run.weekly.copy()
    weekly[0, 0, use.QUEUE] += int(0.1 * weekly[0, :, use.QUEUE].sum())
    (found,) = littles_law([replace(run, weekly=weekly)])
    assert found.gap == pytest.approx(-1 / 11, rel=0.01)


def test_queues_that_somebody_left_unserved_are_no_witnesses():
    assert littles_law([tallied(patience="5 min")]) == []


def test_load_is_arrivals_times_service_over_units():
    (share,) = loads([tallied(rate="3/h", days=90)]).values()
    assert share == pytest.approx(3 * 10 / 60, rel=0.05)


def test_a_queue_of_one_server_is_rho_squared_over_one_less_rho():
    for rho in (0.1, 0.5, 0.9):
        assert erlang_queue(1, rho) == pytest.approx(rho**2 / (1 - rho))


def test_erlang_c_of_ten_servers_and_eight_erlangs():
    assert erlang_queue(10, 8.0) == pytest.approx(1.6367, abs=5e-5)  # C(10, 8) = 0.40918, times 8 / 2
    assert np.isinf(erlang_queue(10, 10.0))


def test_a_simulated_queue_is_the_textbooks():
    run = tallied(days=364)
    measured = run.weekly[0, :, use.QUEUE].sum() / run.end
    assert measured == pytest.approx(erlang_queue(1, 5 * 10 * MINUTE / (60 * MINUTE)), rel=0.15)
