"""11. Coming back: after 111, after ED within a week, after hospital within a month. Linked new journeys."""

from __future__ import annotations

from flowsim.pathway import Pathway, pathway


def pathways() -> tuple[Pathway, ...]:
    """The three kinds of return."""
    return (after_111(), after_ed(), readmitted())


def new_journey(name: str, title: str, contact: str) -> Pathway:
    """The same person again, at a site with an emergency department: what was decided last time no longer holds."""
    return (
        pathway(name, title=title)
        .set("contact", contact)
        .set("site", share="ed.nearest")
        .set("arrival", "walk_in")
        .set("ed_outcome", "none")
        .set("relief", "none")
        .set("deconditioned", "no")
    )


def after_111() -> Pathway:
    """Advice was not enough."""
    return new_journey("back_after_111", "Back after advice", "after_111").choose(
        "coming_back.way_after_111",
        nhs111="nhs111",
        gp="urgent_primary_care",
        emergency_department="travel_to_ed",
        ambulance="rings_999",
    )


def after_ed() -> Pathway:
    """Unplanned re-attendance within seven days."""
    return new_journey("back_after_ed", "Back after ED", "after_ed").choose(
        "coming_back.way_after_ed", walk_in="ed_front_door", ambulance="rings_999"
    )


def readmitted() -> Pathway:
    """Ill again within 30 days of leaving hospital: it is a readmission if they are admitted."""
    return (
        new_journey("readmitted", "Back after hospital", "readmission")
        .set("acuity", share="coming_back.acuity")
        .choose(
            "coming_back.way_after_hospital",
            walk_in="ed_front_door",
            ambulance="rings_999",
            referral="referred_to_hospital",
        )
    )
