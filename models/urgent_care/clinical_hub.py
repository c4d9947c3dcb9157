"""2. Clinical hub: clinicians for 111, 999 and out of hours together, who look again at where people are sent."""

from __future__ import annotations

from flowsim.pathway import Pathway, pathway, patient


def pathways() -> tuple[Pathway, ...]:
    """A clinician's call, and what happens when there is none in time."""
    return (clinician_call(), sends_ambulance(), no_clinician())


def clinician_call() -> Pathway:
    """Wait for a clinician, talk, and close the call or go on. What was asked for weighs on the outcome."""
    return (
        pathway("clinical_hub", title="Clinical hub")
        .mark("hub_queued")
        .seize("hub_clinician", priority="acuity", patience="hub.patience", on_leave="hub_no_clinician")
        .mark("hub_spoken")
        .hold("hub.call_time")
        .release("hub_clinician")
        .choose(
            "hub.outcome",
            advice="nhs111_advice",
            pharmacy="pharmacy",
            primary_care="told_to_see_gp",
            urgent_treatment_centre="travel_to_utc",
            community="rapid_response",
            hospital_referral="referred_to_hospital",
            emergency_department="travel_to_ed",
            ambulance="hub_sends_ambulance",
        )
    )


def sends_ambulance() -> Pathway:
    """A call that had no category gets one now."""
    return (
        pathway("hub_sends_ambulance", title="Clinical hub: ambulance")
        .route((patient("asked_for", "ambulance"), "dispatch"))
        .set("category", share="ambulance.category")
        .then("dispatch")
    )


def no_clinician() -> Pathway:
    """Nobody rang back in time: what the adviser said stands."""
    return (
        pathway("hub_no_clinician", title="Clinical hub: not in time")
        .mark("hub_missed")
        .route(
            (patient("asked_for", "ambulance"), "dispatch"),
            (patient("asked_for", "ed"), "travel_to_ed"),
            otherwise="told_to_see_gp",
        )
    )
