"""5. Urgent treatment centres, minor injury units and urgent care centres.

A centre may be a site of its own; whoever leaves it belongs to an emergency department's site again (`ed.nearest`).
"""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, is_closed, pathway


def pathways() -> tuple[Pathway, ...]:
    """The visit, the closed door, leaving unseen, and going on to the emergency department."""
    return (visit(), closed(), left_unseen(), sent_on())


def visit() -> Pathway:
    """Arrive, wait for a clinician, perhaps an X-ray, and go home or on."""
    return (
        pathway("utc", title="Urgent treatment centre")
        .route((is_closed("utc_hours"), "utc_closed"))
        .mark("utc_arrival")
        .seize("utc_clinician", priority="acuity", patience="utc.patience", on_leave="utc_left_unseen")
        .mark("utc_seen")
        .hold("utc.consultation_time")
        .release("utc_clinician")
        .choose("utc.tests", none="utc.decides", imaging=CARRY_ON)
        .hold("utc.imaging_time")
        .choose(
            "utc.outcome", home=CARRY_ON, emergency_department="utc_sends_on", gp="utc.to_gp", label="decides"
        )
        .mark("utc_departure")
        .set("site", share="ed.nearest")
        .come_back("coming_back.after_ed", "coming_back.after_ed_delay", to="back_after_ed")
        .leave("utc_home")
        .mark("utc_departure", label="to_gp")
        .set("site", share="ed.nearest", label="nearest_ed")
        .then("urgent_primary_care")
    )


def closed() -> Pathway:
    """The door is shut."""
    return (
        pathway("utc_closed", title="UTC closed")
        .choose(
            "utc.when_closed",
            emergency_department="travel_to_ed",
            nhs111="utc_closed.rings",
            tomorrow=CARRY_ON,
        )
        .wait_until("utc_hours")
        .then("utc", label="next_opening")
        .set("site", share="ed.nearest", label="rings")
        .then("nhs111")
    )


def left_unseen() -> Pathway:
    """Tired of waiting."""
    return (
        pathway("utc_left_unseen", title="Left UTC unseen")
        .mark("utc_departure")
        .choose("utc.after_leaving", home=CARRY_ON, emergency_department="travel_to_ed")
        .leave("utc_left_unseen")
    )


def sent_on() -> Pathway:
    """Too ill for here: by ambulance, or by their own way, to the nearest emergency department."""
    return (
        pathway("utc_sends_on", title="From UTC to ED")
        .mark("utc_departure")
        .set("site", share="ed.nearest")
        .choose("utc.transfer", ambulance=CARRY_ON, own_way="utc_sends_on.own_way")
        .set("category", "transfer")
        .set("conveyed_to", "ed")
        .then("dispatch")
        .hold("utc.travel_to_ed", label="own_way")
        .then("ed_front_door", label="arrives")
    )
