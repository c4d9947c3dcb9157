"""Urgent and emergency care of one health economy, from the call for help to the last community visit.

Who calls 999 with a fall? `ways_in` starts them at `ambulance`; the crew leaves them at home with `community`'s rapid
response, or hands over at `emergency_department`; a doctor and a specialty decide; `aec` or a bed in `wards`; when
medically ready they go by `leaving_hospital`, and `coming_back` says who is seen again.

    ways_in            first contacts                    wards              assessment unit, wards, outliers
    nhs111             1  NHS 111                        critical_care      critical care and step-down
    clinical_hub       2  clinicians in the call         electives          operations, cancelled when there is no bed
    ambulance          3  999, crews, handover           leaving_hospital   9  pathways 0 to 3
    urgent_primary_care 4 GP, hub, out of hours          community          10 teams and places at home
    utc                5  UTC, MIU, urgent care centre   coming_back        11 re-contact, re-attendance, readmission
    emergency_department 6 ED                            coping             rules that open and close capacity
    mental_health      6  crisis branch                  people, resources  attributes; everything that is held
    aec                7  ambulatory emergency care      measures           what is observed

The model holds no number about the world and names no place: a config gives every name a value. See README.md.
"""

from __future__ import annotations

from flowsim.pathway import Model

from . import (
    aec,
    ambulance,
    clinical_hub,
    coming_back,
    community,
    coping,
    critical_care,
    electives,
    emergency_department,
    leaving_hospital,
    measures,
    mental_health,
    nhs111,
    people,
    resources,
    urgent_primary_care,
    utc,
    wards,
    ways_in,
)

SERVICES = (
    nhs111,
    clinical_hub,
    ambulance,
    urgent_primary_care,
    utc,
    emergency_department,
    mental_health,
    aec,
    wards,
    critical_care,
    electives,
    leaving_hospital,
    community,
    coming_back,
)


def model() -> Model:
    """The whole chain."""
    return Model(
        name="urgent_care",
        title="Urgent and emergency care of one health economy",
        attributes=people.attributes(),
        resources=resources.resources(),
        calendars=resources.calendars(),
        sources=ways_in.sources(),
        rules=coping.rules(),
        observe=measures.observed(),
        pathways=tuple(chain for service in SERVICES for chain in service.pathways()),
    )
