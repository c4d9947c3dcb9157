"""3. 999 and ambulances: call, crew, scene, journey, handover, make-ready."""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, is_open, pathway, patient, queue

INTO_ED = ("cubicle", "handover_space", "corridor_space")
"""Where a crew may put its patient, the best place first."""


def pathways() -> tuple[Pathway, ...]:
    """From the call to the crew being free again."""
    return (
        call(),
        rings_999(),
        call_abandoned(),
        hear_and_treat(),
        dispatch(),
        crew_at_once(),
        crew_in_turn(),
        crew_redirected(),
        cancelled(),
        on_scene(),
        see_and_treat(),
        to_community(),
        convey(),
        convey_to_utc(),
        divert(),
        at_hospital(),
        elsewhere(),
        outside_hospital(),
        *waits_to_hand_over("handover", "Waiting to hand over", INTO_ED),
        *waits_to_hand_over(
            "handover_children", "Waiting to hand over a child", ("children_cubicle", "resus_bay")
        ),
        *waits_to_hand_over("handover_resus", "Waiting to hand over in resus", ("resus_bay", *INTO_ED)),
        handed_over(),
    )


def call() -> Pathway:
    """Ring 999; categories 3 and 4 may be closed on the telephone or go to the clinical hub."""
    return (
        pathway("call_999", title="999 call")
        .mark("called_999")
        .seize("call_taker", patience="ambulance.call_patience", on_leave="call_999_abandoned")
        .mark("answered_999")
        .hold("ambulance.call_time")
        .release("call_taker")
        .set("asked_for", "ambulance")
        .choose("ambulance.after_call", send="dispatch", advice="hear_and_treat", check="clinical_hub")
    )


def rings_999() -> Pathway:
    """Somebody whose first contact was elsewhere rings 999: the call gets its category now."""
    return (
        pathway("rings_999", title="Rings 999 after another contact")
        .set("category", share="ambulance.category")
        .then("call_999")
    )


def call_abandoned() -> Pathway:
    """Nobody answered in time: they set out for the emergency department."""
    return pathway("call_999_abandoned", title="999: rang off").mark("abandoned_999").then("travel_to_ed")


def hear_and_treat() -> Pathway:
    """Closed on the telephone."""
    return (
        pathway("hear_and_treat", title="Hear and treat")
        .come_back("coming_back.after_111", "coming_back.after_111_delay", to="back_after_111")
        .leave("hear_and_treat")
    )


def dispatch() -> Pathway:
    """The response clock starts. Category 1 takes a crew at once, even one on its way to a category 3 or 4."""
    return (
        pathway("dispatch", title="Ambulance wanted")
        .mark("response_clock")
        .route((patient("category", "c1"), "crew_at_once"), otherwise="crew_in_turn")
    )


def crew_at_once() -> Pathway:
    """Category 1: the next crew, or one that can be turned round."""
    return (
        pathway("crew_at_once", title="Crew for category 1")
        .seize("crew", priority="category", preempts=True)
        .mark("crew_sent")
        .hold("ambulance.travel_to_scene")
        .then("on_scene")
    )


def crew_in_turn() -> Pathway:
    """By category, then by waiting time. Crews on their way to less than category 2 may be turned round."""
    return (
        pathway("crew_in_turn", title="Crew by category")
        .seize("crew", priority="category", patience="ambulance.patience", on_leave="ambulance_cancelled")
        .mark("crew_sent")
        .route((patient("category", "c2"), "crew_in_turn.category_2"))
        .hold("ambulance.travel_to_scene", if_interrupted="crew_redirected", label="category_3_and_less")
        .then("on_scene", label="arrives")
        .hold("ambulance.travel_to_scene", label="category_2")
        .then("on_scene", label="arrives_category_2")
    )


def crew_redirected() -> Pathway:
    """The crew was sent to a category 1: wait again, now level with category 3, and not to be robbed twice."""
    return (
        pathway("crew_redirected", title="Crew turned round")
        .mark("crew_lost")
        .seize("crew", priority=2, patience="ambulance.patience", on_leave="ambulance_cancelled")
        .mark("crew_sent")
        .hold("ambulance.travel_to_scene")
        .then("on_scene")
    )


def cancelled() -> Pathway:
    """Waited too long for a crew."""
    return (
        pathway("ambulance_cancelled", title="Ambulance given up")
        .mark("ambulance_given_up")
        .choose("ambulance.after_giving_up", own_way="travel_to_ed", nothing=CARRY_ON)
        .leave("ambulance_given_up")
    )


def on_scene() -> Pathway:
    """The crew decides where care is best given; a professional's call or a transfer has a destination already."""
    return (
        pathway("on_scene", title="On scene")
        .mark("on_scene")
        .route((patient("category", "hcp", "transfer"), "convey"))
        .set("conveyed_to", share="ambulance.conveyed_to")
        .route(
            (patient("conveyed_to", "nowhere"), "see_and_treat"),
            (patient("conveyed_to", "community"), "to_community"),
            otherwise="convey",
        )
    )


def see_and_treat() -> Pathway:
    """Treated at home; the crew clears."""
    return (
        pathway("see_and_treat", title="See and treat")
        .hold("ambulance.on_scene_treated")
        .release("crew")
        .come_back("coming_back.after_111", "coming_back.after_111_delay", to="back_after_111")
        .leave("see_and_treat")
    )


def to_community() -> Pathway:
    """Left at home with urgent community response."""
    return (
        pathway("to_community", title="Referred by the crew")
        .hold("ambulance.on_scene_treated")
        .release("crew")
        .then("rapid_response")
    )


def convey() -> Pathway:
    """Load, drive, arrive; a jammed department may divert, if the rule is on.

    Whoever was last at a site without an emergency department goes to the nearest one that has.
    """
    return (
        pathway("convey", title="Conveyed")
        .set("acuity", share="ambulance.acuity")
        .hold("ambulance.on_scene_conveyed")
        .route((patient("zone", "outside"), "outside_hospital"))
        .set("site", share="ed.nearest")
        .route(
            (patient("conveyed_to", "utc"), "convey_to_utc"),
            (queue("handover_space") >= "coping.divert_at", "divert"),
            otherwise="at_hospital",
            label="where_to",
        )
    )


def convey_to_utc() -> Pathway:
    """To the nearest UTC or MIU while it is open, else to the emergency department after all."""
    return (
        pathway("convey_to_utc", title="Conveyed to a UTC")
        .set("site", share="utc.nearest")
        .route((is_open("utc_hours"), "at_hospital"))
        .set("site", share="ed.nearest", label="nearest_ed")
        .then("at_hospital")
    )


def divert() -> Pathway:
    """Another emergency department takes the patient."""
    return (
        pathway("divert", title="Ambulance diverted")
        .mark("diverted")
        .set("site", share="ambulance.divert_to")
        .then("at_hospital")
    )


def at_hospital() -> Pathway:
    """To AEC or a UTC if it can take the patient now, to the assessment unit if expected there, else to ED."""
    return (
        pathway("at_hospital", title="Ambulance at hospital")
        .hold("ambulance.travel_to_hospital")
        .mark("at_hospital")
        .route(
            (patient("conveyed_to", "aec") & is_open("aec_hours"), "elsewhere"),
            (patient("conveyed_to", "utc") & is_open("utc_hours"), "elsewhere"),
            (patient("conveyed_to", "assessment_unit"), "elsewhere"),
        )
        .set("site", share="ed.nearest")  # the UTC shut while they were on the way
        .route(
            (patient("child", "yes"), "handover_children"),
            (patient("acuity", "1"), "handover_resus"),
            otherwise="handover",
            label="where_in_ed",
        )
    )


def elsewhere() -> Pathway:
    """Handed over somewhere other than the emergency department."""
    return (
        pathway("elsewhere", title="Handed over outside ED")
        .hold("ambulance.handover_time")
        .mark("handover")
        .release("crew", after="ambulance.time_to_clear")
        .route(
            (patient("conveyed_to", "aec"), "referral_arrives"),
            (patient("conveyed_to", "assessment_unit"), "referral_arrives"),
            otherwise="utc",
        )
    )


def outside_hospital() -> Pathway:
    """The outside zone's hospitals: only the time that they keep the crew matters here."""
    return (
        pathway("outside_hospital", title="Outside zone")
        .hold("ambulance.travel_to_hospital")
        .mark("at_outside_hospital")
        .hold("outside.handover_time")
        .mark("outside_handover")
        .release("crew", after="ambulance.time_to_clear")
        .leave("outside_zone")
    )


def waits_to_hand_over(name: str, title: str, places: tuple[str, ...]) -> tuple[Pathway, Pathway]:
    """The crew waits with its patient for a place. The ED clock starts then, or after 15 minutes if sooner.

    Whoever is still outside when the clock starts waits again, at the tail of the same acuity.
    """
    return (
        pathway(name, title=title)
        .seize(first_of=places, priority="acuity", patience="ed.clock_starts_after", on_leave=f"{name}_late")
        .mark("ed_arrival")
        .then("handed_over"),
        pathway(f"{name}_late", title=f"{title}, clock running")
        .mark("ed_arrival")
        .seize(first_of=places, priority="acuity")
        .then("handed_over"),
    )


def handed_over() -> Pathway:
    """Handover is done when the patient is off the trolley; then the crew makes ready."""
    return (
        pathway("handed_over", title="Handover")
        .hold("ambulance.handover_time")
        .mark("handover")
        .release("crew", after="ambulance.time_to_clear")
        .set("arrival", "ambulance")
        .set("in_ed", "yes")
        .then("ed_ambulance_arrival")
    )
