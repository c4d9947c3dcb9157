"""What is known about a patient. The first value is what a patient has until something says otherwise."""

from __future__ import annotations

from flowsim.pathway import Attribute, attribute


def attributes() -> tuple[Attribute, ...]:
    """Who the patient is, what is wrong, and what has been decided so far."""
    return (*who_they_are(), *what_is_wrong(), *what_was_decided())


def who_they_are() -> tuple[Attribute, ...]:
    """Set by the population and the sources; never changed by the pathway."""
    return (
        attribute("home"),  # parts of the place; the config lists them
        attribute("zone", "place", "outside"),  # outside: competes for the same ambulance crews
        attribute("age_band", "0-17", "18-64", "65-74", "75-84", "85+"),
        attribute("child", "no", "yes"),  # under 16: children's ED, ward and critical care
        attribute("need", "1", "2", "3", "4"),  # healthy, emerging frailty, regular and intensive support
        attribute("care_home", "no", "yes"),
        attribute("funder", "public", "self"),  # self-funders arrange care in a queue of their own
    )


def what_is_wrong() -> tuple[Attribute, ...]:
    """The need of this episode, drawn once at the first contact."""
    return (
        attribute("presentation", "medical", "frailty", "surgical", "injury", "mental_health"),
        attribute("acuity", "1", "2", "3", "4", "5"),  # 1 most urgent
        attribute("ambulatory_sensitive", "no", "yes"),
        attribute("category", "c1", "c2", "c3", "c4", "hcp", "transfer"),  # of a 999 call
    )


def what_was_decided() -> tuple[Attribute, ...]:
    """Changed by the pathway as the journey goes on."""
    return (
        attribute("contact", "first", "after_111", "after_ed", "readmission"),
        attribute("arrival", "walk_in", "ambulance", "referred"),
        attribute("asked_for", "advice", "ed", "ambulance"),  # what the clinical hub is asked to check
        attribute("conveyed_to", "nowhere", "community", "ed", "aec", "utc", "assessment_unit"),
        attribute("in_ed", "no", "yes"),
        attribute(
            "ed_outcome",
            "none",
            "home",
            "admitted",
            "aec",
            "transferred",
            "mental_health",
            "left_unseen",
            "died",
        ),
        attribute("would_be_admitted", "no", "yes"),
        attribute("aec_suitable", "no", "yes"),
        attribute("aec_counts_as", "attendance", "admission"),
        attribute("ward", "medical", "older", "surgical", "trauma", "children"),
        attribute(
            "bed_request", "step_down", "emergency", "assessment_unit", "elective"
        ),  # free beds go in this order
        attribute("pathway", "0", "1", "2", "3", "fast_track"),
        attribute("package", "single", "double"),  # carers at each visit
        attribute("relief", "none", "family", "less_care", "spot_purchase", "community_bed"),
        attribute("deconditioned", "no", "yes"),
    )
