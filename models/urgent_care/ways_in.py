"""First contacts: the only patients who appear of themselves. Everything after them is made by the model."""

from __future__ import annotations

from flowsim.pathway import Source, source


def sources() -> tuple[Source, ...]:
    """Each with the pathway at which it starts."""
    return (
        source("nhs111_calls", to="nhs111", title="Calls to NHS 111"),
        source("calls_999", to="call_999", title="999 calls from the place"),
        source("outside_999", to="call_999", title="999 calls from the zone that shares the crews"),
        source("walk_in_ed", to="ed_front_door", title="Walk-in to the emergency department"),
        source("walk_in_utc", to="utc", title="Walk-in to a UTC, MIU or urgent care centre"),
        source("gp_requests", to="urgent_primary_care", title="Urgent same-day GP requests"),
        source(
            "hospital_referrals", to="referred_to_hospital", title="GP and community referrals to hospital"
        ),
        source("care_home_crises", to="care_home_crisis", title="Crises in care homes"),
        source("elective_inpatients", to="elective_inpatient", title="Booked inpatient operations"),
        source("day_cases", to="day_case", title="Booked day cases"),
        source("community_referrals", to="rapid_response", title="Own and carers' calls for urgent response"),
        source("nursing_referrals", to="district_nursing", title="Referrals to district nursing"),
        source(
            "proactive_referrals",
            to="proactive_care",
            title="People of groups 3 and 4 offered proactive care",
        ),
    )
