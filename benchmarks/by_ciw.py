"""The part of the reference pathway that Ciw can express: nurse, doctor, bed, step-down place.

Ciw moves customers from node to node; one who is in service at a node cannot hold a place at another. So there are
no cubicles here, and nobody boards in one. That a bed is kept until a step-down place is free is Ciw's blocking
after service, at a node where nobody may queue. Classes carry the three priorities.
"""

from __future__ import annotations

import math

import ciw

NURSE, DOCTOR, BED, STEP_DOWN = 1, 2, 3, 4
MINUTES_A_DAY = 1440.0
CLASSES = ("first", "second", "third")


def network() -> ciw.network.Network:
    """The four nodes, with times in minutes."""
    stays = [8, 60, 5.5 * MINUTES_A_DAY, 14 * MINUTES_A_DAY]
    arrive = [ciw.dists.Exponential(rate=4 / 60), None, None, None]
    move = [[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.3, 0.0], [0.0, 0.0, 0.0, 0.25], [0.0, 0.0, 0.0, 0.0]]
    return ciw.create_network(
        arrival_distributions=dict.fromkeys(CLASSES, arrive),
        service_distributions={
            name: [ciw.dists.Exponential(rate=1 / stay) for stay in stays] for name in CLASSES
        },
        routing=dict.fromkeys(CLASSES, move),
        # Priorities are for the nurse and the doctor only; for a bed all wait in one line, which Ciw cannot say.
        priority_classes={name: level for level, name in enumerate(CLASSES)},
        number_of_servers=[4, 15, 540, 330],
        queue_capacities=[math.inf, math.inf, math.inf, 0],
    )


def simulate(days: int, seed: int) -> tuple[int, list[tuple[float, int, str]]]:
    """Run; returns the number of patients and the log of (time in minutes, patient, what)."""
    ciw.seed(seed)
    simulation = ciw.Simulation(network())
    simulation.simulate_until_max_time(days * MINUTES_A_DAY)
    return simulation.nodes[0].number_of_individuals, log_of(simulation)


def log_of(simulation: ciw.Simulation) -> list[tuple[float, int, str]]:
    """Ciw's own records as the rows of the others."""
    log = []
    for row in simulation.get_all_records(only=["service"]):
        who = row.id_number
        if row.node == NURSE:
            log += [(row.arrival_date, who, "arrival"), (row.service_end_date, who, "seen")]
        elif row.node == BED:
            log.append((row.service_start_date, who, "bed"))
        if row.destination == -1:
            log.append((row.exit_date, who, "end"))
    return log
