"""8, continued. Booked operations: cancelled on the day when there is no bed, and back within 28 days."""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, in_use, pathway


def pathways() -> tuple[Pathway, ...]:
    """Inpatients, day cases, and cancelling."""
    return (
        inpatient(),
        operation(),
        big_operation(),
        day_case(),
        day_case_stays(),
        cancelled(),
        day_case_cancelled(),
    )


def inpatient() -> Pathway:
    """Come in for the list. Under pressure the day's patients are cancelled to spare beds: a coping rule."""
    return (
        pathway("elective_inpatient", title="Elective inpatient")
        .wait_until("elective_lists")
        .mark("elective_arrival")
        .set("bed_request", "elective")
        .route((in_use("boarder") >= "coping.cancel_electives_at", "elective_cancelled"))
        .choose("electives.critical_care", no=CARRY_ON, yes="elective_inpatient.needs_critical_care")
        .seize(
            first_of=("elective_bed", "surgical_bed", "trauma_bed"),
            priority="bed_request",
            patience="electives.waits_on_the_day",
            on_leave="elective_cancelled",
        )
        .then("operation")
        .seize(
            "critical_care_bed",
            priority="bed_request",
            patience="electives.waits_on_the_day",
            on_leave="elective_cancelled",
            label="needs_critical_care",
        )
        .then("big_operation")
    )


def operation() -> Pathway:
    """The operation, then the ward."""
    return (
        pathway("operation", title="Operation")
        .mark("elective_admitted")
        .hold("electives.operation_time")
        .hold("electives.time_to_ready")
        .then("ready_to_leave")
    )


def big_operation() -> Pathway:
    """The operation, then critical care, then a ward."""
    return (
        pathway("big_operation", title="Operation with critical care")
        .mark("elective_admitted")
        .hold("electives.operation_time")
        .then("critical_care")
    )


def day_case() -> Pathway:
    """In and out on the day; a few stay the night."""
    return (
        pathway("day_case", title="Day case")
        .wait_until("elective_lists")
        .mark("elective_arrival")
        .seize("day_case_space", patience="electives.waits_on_the_day", on_leave="day_case_cancelled")
        .mark("day_case_start")
        .hold("electives.day_case_time")
        .choose("electives.day_case_outcome", home=CARRY_ON, stays="day_case_stays")
        .release("day_case_space")
        .mark("day_case_end")
        .leave("day_case_home")
    )


def day_case_stays() -> Pathway:
    """An unplanned night."""
    return (
        pathway("day_case_stays", title="Day case stays overnight")
        .set("bed_request", "elective")
        .set("ward", "surgical")
        .then("find_bed")
    )


def cancelled() -> Pathway:
    """No bed today: back on the list, for a day within 28."""
    return (
        pathway("elective_cancelled", title="Operation cancelled on the day")
        .mark("elective_cancelled")
        .come_back("electives.rebooked", "electives.rebooked_after", to="elective_inpatient")
        .leave("cancelled_on_the_day")
    )


def day_case_cancelled() -> Pathway:
    """No space today."""
    return (
        pathway("day_case_cancelled", title="Day case cancelled on the day")
        .mark("elective_cancelled")
        .come_back("electives.rebooked", "electives.rebooked_after", to="day_case")
        .leave("cancelled_on_the_day")
    )
