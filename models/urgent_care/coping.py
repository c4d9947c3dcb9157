"""How people cope. Each way is declared and switched in the config; each leaves a trace that is reported.

Rules open and close capacity. The other ways are questions in the pathways, each with a parameter of its own:

- `coping.outliers`                 may a patient lie on another ward? (wards)
- `coping.breach_ring_fence_at`     boarders at which free ring-fenced elective beds are breached (wards)
- `coping.divert_at`                patients queueing to hand over at which the next crew diverts (ambulance)
- `coping.early_step_down_at`       patients waiting for critical care at which a last stage is cut (critical care)
- `coping.cancel_electives_at`      boarders at which the day's operations are cancelled (electives)
"""

from __future__ import annotations

from flowsim.pathway import Rule, in_use, queue, rule


def rules() -> tuple[Rule, ...]:
    """Capacity that moves when something is short, site by site."""
    boarding = in_use("boarder")
    return (
        rule(
            "escalation_beds",
            watch=in_use("medical_bed"),
            changes="escalation_bed",
            per_site=True,
            title="Escalation beds open above an occupancy",
        ),
        rule(
            "corridor_care",
            watch=queue("handover_space"),
            changes="corridor_space",
            per_site=True,
            title="Corridor spaces open when crews queue",
        ),
        rule(
            "boarders_take_a_nurse",
            watch=boarding,
            changes="ed_nurse",
            per_site=True,
            title="Boarders occupy an ED nurse",
        ),
        rule(
            "boarders_take_a_second_nurse",
            watch=boarding,
            changes="ed_nurse",
            per_site=True,
            title="More boarders occupy a second ED nurse",
        ),
        rule(
            "boarders_take_a_third_nurse",
            watch=boarding,
            changes="ed_nurse",
            per_site=True,
            title="Many boarders occupy a third ED nurse",
        ),
        rule(
            "discharge_push",
            watch=boarding,
            changes="transfer_assessor",
            per_site=True,
            title="More people on discharge when patients board",
        ),
        rule(
            "discharge_push_medicines",
            watch=boarding,
            changes="discharge_pharmacist",
            per_site=True,
            title="More pharmacists on discharge when patients board",
        ),
        rule(
            "aec_closed_to_chairs",
            watch=boarding,
            changes="aec_chair",
            per_site=True,
            title="AEC chairs closed to make room for beds",
        ),
        rule(
            "aec_used_as_beds",
            watch=boarding,
            changes="escalation_bed",
            per_site=True,
            title="Beds put where the AEC chairs were",
        ),
    )
