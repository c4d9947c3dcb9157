"""6, continued. A mental-health crisis: the ED space is held until liaison, an assessment and a place are found."""

from __future__ import annotations

from flowsim.pathway import Pathway, holding, pathway, patient

from .resources import ED_SPACES

ON_A_TROLLEY = ("handover_space", "corridor_space", "chair")


def pathways() -> tuple[Pathway, ...]:
    """A quiet room, liaison, the Mental Health Act, and each kind of place."""
    return (
        crisis(),
        on_trolley(),
        body_first(),
        liaison(),
        mental_health_act(),
        physically_ill(),
        place("crisis_team", "crisis_team", "Crisis team", "mental_health.crisis_team_time"),
        place("place_of_safety", "place_of_safety", "Place of safety", "mental_health.place_of_safety_time"),
        place("mental_health_bed", "mental_health_bed", "Mental-health bed", "mental_health.bed_time"),
    )


def crisis() -> Pathway:
    """A mental-health room if there is one, else a cubicle."""
    return (
        pathway("mental_health_crisis", title="Mental-health crisis")
        .route(
            (holding("cubicle"), "mental_health_body"),
            (holding("resus_bay"), "mental_health_body"),
            (patient("arrival", "ambulance"), "mental_health_trolley"),
        )
        .release(ED_SPACES, if_held=True)
        .seize(
            first_of=("mental_health_room", "cubicle"),
            priority="acuity",
            patience="ed.patience",
            on_leave="ed_left_unseen",
        )
        .then("mental_health_body")
    )


def on_trolley() -> Pathway:
    """Brought by a crew and on a trolley."""
    return (
        pathway("mental_health_trolley", title="Mental-health crisis, from a trolley")
        .seize(first_of=("mental_health_room", "cubicle"), priority="acuity")
        .release(ON_A_TROLLEY, if_held=True)
        .then("mental_health_body")
    )


def body_first() -> Pathway:
    """An ED doctor looks at the body first; the physically ill go on as any other patient, and see liaison later."""
    return (
        pathway("mental_health_body", title="Physical health first")
        .use("ed_nurse", "ed.nursing_time", priority="acuity")
        .seize("ed_doctor", priority="acuity", patience="ed.patience", on_leave="ed_left_unseen")
        .mark("ed_seen")
        .hold("ed.assess_time")
        .release("ed_doctor")
        .choose("mental_health.physically", well="liaison", ill="mental_health_ill")
    )


def physically_ill() -> Pathway:
    """Only the physically ill may have a medical bed."""
    return (
        pathway("mental_health_ill", title="Crisis with physical illness")
        .set("would_be_admitted", share="ed.would_be_admitted")
        .set("ward", share="specialty.ward")
        .then("ed_tests")
    )


def liaison() -> Pathway:
    """Psychiatric liaison decides what is needed; nobody takes a medical bed for it."""
    return (
        pathway("liaison", title="Psychiatric liaison")
        .mark("liaison_asked")
        .use("liaison_team", "mental_health.liaison_time", priority="acuity")
        .mark("liaison_seen")
        .choose(
            "mental_health.outcome",
            home="ed_goes_home",
            crisis_team="crisis_team",
            mental_health_act="mental_health_act",
            bed="mental_health_bed",
        )
    )


def mental_health_act() -> Pathway:
    """An assessment under the Mental Health Act."""
    return (
        pathway("mental_health_act", title="Mental Health Act assessment")
        .mark("mha_asked")
        .use("mha_assessor", "mental_health.act_time")
        .mark("mha_done")
        .choose(
            "mental_health.after_act",
            home="ed_goes_home",
            crisis_team="crisis_team",
            place_of_safety="place_of_safety",
            bed="mental_health_bed",
        )
    )


def place(name: str, resource: str, title: str, time: str) -> Pathway:
    """Wait in ED for the place; leave ED for it; stay; go home."""
    return (
        pathway(name, title=title)
        .mark(f"{name}_asked")
        .seize(resource)
        .set("ed_outcome", "mental_health")
        .mark("ed_departure")
        .release(ED_SPACES, if_held=True)
        .set("in_ed", "no")
        .hold(time)
        .release(resource)
        .come_back("coming_back.after_ed", "coming_back.after_ed_delay", to="back_after_ed")
        .leave(f"home_from_{name}")
    )
