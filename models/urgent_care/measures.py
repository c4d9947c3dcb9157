"""What is observed: intervals, patients at midnight, and the KPIs, by the definitions of the national returns.

National standards (60 seconds, 4 and 12 hours, 15 to 60 minutes, response times) are definitions of measures: they
change nothing that happens to a patient.
"""

from __future__ import annotations

from flowsim.pathway import Observe
from flowsim.pathway.formulas import (
    Census,
    Count,
    CountOver,
    Difference,
    Finished,
    Formula,
    HoursFull,
    Mean,
    MeanCapacity,
    MeanInUse,
    MeanQueue,
    MeanWait,
    Names,
    Occupancy,
    Outcomes,
    Per1000People,
    Percentile,
    PerDay,
    PerYear,
    Queued,
    Ratio,
    ShareOver,
    ShareWithin,
    Sum,
    Total,
    TotalOver,
    Utilisation,
    Where,
)
from flowsim.pathway.observe import (
    CensusOf,
    CountsBy,
    Interval,
    Kpi,
    census,
    counts,
    days,
    hours,
    interval,
    kpi,
    minutes,
    seconds,
)

from .headlines import marked
from .resources import BEDS, WARD_BEDS

PLACE = {"zone": "place"}
TYPE_1 = "in_ed"
ADMITTED = {"ed_outcome": ("admitted", "transferred")}
AEC_ADMITTED = {"ed_outcome": "aec", "aec_counts_as": "admission"}
NOT_ADMITTED = {"ed_outcome": ("home", "aec", "mental_health", "left_unseen", "died")}
OLD: Where = {"age_band": ("65-74", "75-84", "85+")}
RESIDENTS: Where = {"care_home": "yes", **OLD}


def observed() -> Observe:
    """Everything that is measured."""
    return Observe(intervals=intervals(), censuses=censuses(), counts=counted(), kpis=kpis())


def intervals() -> tuple[Interval, ...]:
    """Times between milestones, each with the limits that standards set."""
    return (*until_hospital(), *in_hospital(), *out_of_hospital())


def until_hospital() -> tuple[Interval, ...]:
    """Calls, crews and urgent care."""
    return (
        interval(
            "answer_111", "nhs111_called", "nhs111_answered", (seconds(60),), title="111: call to answer"
        ),
        interval("answer_999", "called_999", "answered_999", title="999: call to answer"),
        interval(
            "response",
            "response_clock",
            "on_scene",
            (minutes(7), minutes(15), minutes(18), minutes(40), hours(2), hours(3)),
            by=("category", "zone"),
            title="999: clock start to a crew on scene",
        ),
        interval(
            "handover",
            "at_hospital",
            "handover",
            (minutes(15), minutes(30), minutes(60)),
            title="Ambulance at hospital to handover",
        ),
        interval("outside_handover", "at_outside_hospital", "outside_handover", title="Handover outside"),
        interval("gp_wait", "gp_requested", "gp_seen", unfinished="leave_out", title="GP request to seen"),
        interval(
            "in_utc", "utc_arrival", "utc_departure", (hours(4),), title="In UTC, MIU or urgent care centre"
        ),
    )


def in_hospital() -> tuple[Interval, ...]:
    """Emergency department, AEC and beds."""
    away = ("ed_streamed_away",)
    return (
        interval("to_triage", "ed_arrival", "ed_triage", (minutes(15),), title="ED arrival to triage"),
        interval(
            "to_clinician",
            "ed_arrival",
            "ed_seen",
            (hours(1),),
            cancelled_by=(*away, "aec_start", "specialty_seen"),
            unfinished="leave_out",
            title="ED arrival to a clinician",
        ),
        interval(
            "in_ed",
            "ed_arrival",
            "ed_departure",
            (hours(4), hours(12)),
            by=("ed_outcome", "arrival", "child", "presentation"),
            keep_first=True,
            cancelled_by=away,
            title="ED arrival to departure",
        ),
        interval(
            "boarding",
            "decision_to_admit",
            "ed_departure",
            (hours(4), hours(12)),
            unfinished="leave_out",
            title="Decision to admit to leaving ED",
        ),
        interval(
            "specialty_wait",
            "specialty_asked",
            "specialty_seen",
            (hours(1),),
            title="Specialty asked to seen",
        ),
        interval("liaison_wait", "liaison_asked", "liaison_seen", (hours(1),), title="Liaison asked to seen"),
        interval("in_aec", "aec_start", "aec_end", title="In AEC"),
        interval(
            "stay",
            "admitted",
            "left_hospital",
            by=("ward",),
            keep_first=True,
            title="Emergency length of stay",
        ),
        interval("elective_stay", "elective_admitted", "left_hospital", title="Elective length of stay"),
        interval(
            "critical_stay",
            "in_critical_care",
            "moved_to_ward",
            unfinished="leave_out",
            title="Critical care",
        ),
        interval(
            "step_down",
            "ready_for_step_down",
            "moved_to_ward",
            (hours(4), hours(24)),
            title="Step-down delay",
        ),
    )


def out_of_hospital() -> tuple[Interval, ...]:
    """Leaving hospital, and the community."""
    return (
        interval("ready_delay", "medically_ready", "left_hospital", (days(1), days(7)), by=("pathway",),
                 title="Ready to go to gone"),
        interval("round_wait", "clinically_ready", "medically_ready", title="Waiting for a ward round"),
        interval("assessment_wait", "transfer_asked", "transfer_assessed", title="Transfer-of-care assessment"),
        interval("pathway_1_wait", "pathway_1_asked", "pathway_1_found", title="Wait for pathway 1",
                 cancelled_by=("pathway_2_asked", "pathway_3_asked")),
        interval("pathway_2_wait", "pathway_2_asked", "pathway_2_found", title="Wait for pathway 2",
                 cancelled_by=("pathway_3_asked",)),
        interval("pathway_3_wait", "pathway_3_asked", "pathway_3_found", title="Wait for pathway 3"),
        interval("discharge_wait", "discharge_started", "left_hospital", title="Medicines and transport"),
        interval("long_term_wait", "long_term_asked", "long_term_found", title="Wait for long-term care"),
        interval("in_community_bed", "in_community_bed", "left_community_bed", unfinished="leave_out",
                 title="In a community bed"),
        interval("rapid_response", "rapid_response_asked", "rapid_response_seen", (hours(2),),
                 title="Urgent community response"),
        interval("nursing_wait", "nursing_asked", "nursing_seen", title="Wait for a district nurse"),
    )  # fmt: skip


def censuses() -> tuple[CensusOf, ...]:
    """Patients at midnight."""
    return (
        census("inpatients", ("admitted", "elective_admitted"), "left_hospital", (7, 14, 21), by=("ward",),
               title="Inpatients"),
        census("emergency_inpatients", "admitted", "left_hospital", (1,), title="Emergency inpatients"),
        census("ready_to_go", "medically_ready", "left_hospital", (1, 7, 21), by=("pathway",),
               title="No criteria to reside, remaining"),
        census("outliers", "outlier", ("left_hospital", "in_critical_care"), title="Outliers"),
        census("in_department", "ed_arrival", ("ed_departure", "ed_streamed_away"), title="In ED"),
    )  # fmt: skip


def counted() -> tuple[CountsBy, ...]:
    """Milestones counted by more than the segments."""
    return (
        counts("ed_departure", by=("ed_outcome", "arrival", "contact"), flow=("arrival", "ed_outcome"),
               title="How people come to the emergency department, and how they leave it"),
        counts("admitted", by=("contact", "ward", "arrival"), flow=("arrival", "ward"),
               title="How emergency admissions come, and which ward they need"),
        counts("left_hospital", by=("pathway", "bed_request"), flow=("bed_request", "pathway"),
               title="How people came into a hospital bed, and what they need to leave it"),
        counts("on_scene", "response_clock", by=("category", "zone")),
    )  # fmt: skip


def kpis() -> tuple[Kpi, ...]:
    """All of them, in the order of the journey."""
    return marked((*telephone(), *ambulances(), *emergency(), *ambulatory(), *beds(), *leaving(), *community(),
                   *people(), *coping()))  # fmt: skip


def telephone() -> tuple[Kpi, ...]:
    """NHS 111, the hub, GPs, UTC."""
    return (
        kpi("calls_111", "111 calls", "a year", PerYear(Count("nhs111_called"))),
        kpi("answered_in_60s", "111 answered in 60 s", "%", ShareWithin("answer_111", seconds(60)), "high"),
        kpi("abandoned_111", "111 abandoned", "%", Ratio(Count("nhs111_abandoned"), Count("nhs111_called")), "low"),
        kpi("gp_no_slot", "Same-day GP requests without a slot", "%",
            Ratio(Count("gp_no_slot"), Count("gp_requested")), "low"),
        kpi("utc_attendances", "UTC and MIU attendances (type 3)", "a year", PerYear(Count("utc_arrival"))),
        kpi("utc_four_hours", "UTC and MIU within four hours", "%", ShareWithin("in_utc", hours(4)), "high"),
    )  # fmt: skip


def ambulances() -> tuple[Kpi, ...]:
    """999: responses by category, in the place and in the zone; handover."""
    found = [
        kpi("incidents", "999 incidents reached or closed by telephone", "a year",
            PerYear(Sum((Count("on_scene", PLACE), Outcomes("hear_and_treat"))))),
        kpi("hear_and_treat", "Hear and treat", "%", Ratio(Outcomes("hear_and_treat"), incidents())),
        kpi("see_and_treat", "See and treat", "%",
            Ratio(Difference(Count("on_scene", PLACE), Count("at_hospital", PLACE)), incidents())),
        kpi("conveyed", "Conveyed", "%", Ratio(Count("at_hospital"), incidents())),
        kpi("crew_use", "Crews busy", "%", Utilisation("crew")),
        kpi("crews_turned_round", "Crews turned round for category 1", "a year", PerYear(Count("crew_lost"))),
        kpi("handover_mean", "Handover, mean", "minutes", Mean("handover"), "low"),
        kpi("handovers", "Handovers", "a year", PerYear(Finished("handover"))),
        kpi("crew_hours_lost", "Crew hours lost to handover beyond 15 minutes", "hours a day",
            PerDay(TotalOver("handover", minutes(15))), "low"),
        kpi("outside_response_c2", "Category 2 response in the outside zone, mean", "minutes",
            Mean("response", {"category": "c2", "zone": "outside"}), "low"),
    ]  # fmt: skip
    found += [kpi(f"handover_over_{limit}", f"Handovers over {limit} minutes", "%",
                  ShareOver("handover", minutes(limit)), "low") for limit in (15, 30, 60)]  # fmt: skip
    over_30, over_60 = (CountOver("handover", minutes(limit)) for limit in (30, 60))
    found += [
        kpi("handovers_30_to_60_a_day", "Handovers of 30 to 60 minutes", "a day",
            PerDay(Difference(over_30, over_60)), "low"),
        kpi("handovers_over_60_a_day", "Handovers over 60 minutes, each day", "a day", PerDay(over_60), "low"),
    ]  # fmt: skip
    for category in ("c1", "c2", "c3", "c4"):
        where = {"category": category, "zone": "place"}
        name = category.upper()
        found.append(
            kpi(
                f"response_{category}_mean",
                f"{name} response, mean",
                "minutes",
                Mean("response", where),
                "low",
            )
        )
        found.append(kpi(f"response_{category}_p90", f"{name} response, 90th centile", "minutes",
                         Percentile("response", 90, where), "low"))  # fmt: skip
    return tuple(found)


def incidents() -> Formula:
    """Incidents of the place with a response of either kind."""
    return Sum((Count("on_scene", PLACE), Outcomes("hear_and_treat")))


AS_CODED = "AEC is counted where the site codes it as an admission"


def admitted_from_ed() -> Formula:
    """Type 1 attendances that ended as an admission, as the site codes them."""
    return Sum((Finished(TYPE_1, ADMITTED), Finished(TYPE_1, AEC_ADMITTED)))


def emergency() -> tuple[Kpi, ...]:
    """The emergency department."""
    attendances = Finished(TYPE_1)
    return (
        kpi("type1_attendances", "Type 1 attendances", "a year", PerYear(attendances)),
        kpi("ambulance_arrivals", "Type 1 attendances by ambulance", "%",
            Ratio(Finished(TYPE_1, {"arrival": "ambulance"}), attendances)),
        kpi("triage_15", "Triaged in 15 minutes", "%", ShareWithin("to_triage", minutes(15)), "high"),
        kpi("time_to_clinician", "Time to a clinician, median", "minutes", Percentile("to_clinician", 50), "low"),
        kpi("four_hours", "Type 1 within four hours", "%", ShareWithin(TYPE_1, hours(4)), "high"),
        kpi("four_hours_admitted", "Within four hours, admitted", "%", ShareWithin(TYPE_1, hours(4), ADMITTED), "high"),
        kpi("four_hours_not_admitted", "Within four hours, not admitted", "%",
            ShareWithin(TYPE_1, hours(4), NOT_ADMITTED), "high"),
        kpi("four_hours_all_types", "All types within four hours", "%",
            Ratio(Sum((Difference(attendances, CountOver(TYPE_1, hours(4))),
                       Difference(Finished("in_utc"), CountOver("in_utc", hours(4))))),
                  Sum((attendances, Finished("in_utc")))), "high"),
        kpi("over_12_from_arrival", "Over 12 hours from arrival", "%", ShareOver(TYPE_1, hours(12)), "low"),
        kpi("over_12_from_decision", "Over 12 hours from decision to admit", "a year",
            PerYear(CountOver("boarding", hours(12))), "low"),
        kpi("time_in_ed", "Time in ED, mean", "minutes", Mean(TYPE_1), "low"),
        kpi("mental_health_in_ed", "Time in ED of a mental-health crisis, mean", "minutes",
            Mean(TYPE_1, {"presentation": "mental_health"}), "low"),
        kpi("left_unseen", "Left unseen", "%", Ratio(Outcomes("left_unseen"), attendances), "low"),
        kpi("admissions_via_type1", "Emergency admissions via type 1", "a year", PerYear(admitted_from_ed()),
            definition=AS_CODED),
        kpi("conversion", "Conversion: type 1 attendances admitted", "%", Ratio(admitted_from_ed(), attendances),
            definition=AS_CODED),
        kpi("boarding_hours", "Hours boarding in ED", "hours a day", PerDay(Total("boarding")), "low"),
        kpi("crowding", "Patients in ED at midnight", "patients", Census("in_department"), "low"),
        kpi("specialty_wait", "Wait for a specialty, mean", "minutes", Mean("specialty_wait"), "low"),
        kpi("reattendance", "Attendances that are unplanned returns within 7 days", "%",
            Ratio(Count("ed_departure", {"contact": "after_ed"}), attendances), "low"),
    )  # fmt: skip


def ambulatory() -> tuple[Kpi, ...]:
    """Ambulatory emergency care."""
    medical = Sum((Count("aec_start"), Count("admitted", {"ward": ("medical", "older")})))
    to_bed = Outcomes("aec_home")
    return (
        kpi("aec_patients", "New AEC patients", "a year", PerYear(Count("aec_start"))),
        kpi("aec_share", "AEC share of medical emergencies", "%", Ratio(Count("aec_start"), medical), "high"),
        kpi("aec_conversion", "AEC conversion: to a bed", "%",
            Ratio(Difference(Count("aec_end"), to_bed), Count("aec_end")), "low",
            definition="Virtual wards are counted with beds."),
        kpi("aec_refused", "AEC not possible: no chair in time", "a year", PerYear(Count("aec_not_possible")), "low"),
        kpi("aec_chairs", "AEC chairs in use", "%", Utilisation("aec_chair")),
        kpi("aec_full", "AEC with every chair in use, all sites", "hours a day", PerDay(HoursFull("aec_chair")), "low"),
    )  # fmt: skip


def beds() -> tuple[Kpi, ...]:
    """Beds, stays, critical care, electives."""
    aec_as_admission = Outcomes("aec_home", {"aec_counts_as": "admission"})
    found = [
        kpi("emergency_admissions", "Emergency admissions", "a year", PerYear(Count("admitted"))),
        kpi("occupancy", "Occupancy of general and acute beds, midnight", "%", Occupancy(BEDS), "low"),
        *(figure for name, title, places in (
            ("general_acute", "General and acute", BEDS), ("critical_care", "Adult critical-care", "critical_care_bed"),
        ) for figure in open_and_occupied(name, title, places)),
        kpi("zero_day_share", "Emergency admissions that leave on the day", "%",
            Ratio(Difference(PerDay(Sum((Count("admitted"), aec_as_admission))), first_nights()),
                  PerDay(Sum((Count("admitted"), aec_as_admission)))), definition=AS_CODED),
        kpi("zero_day_beds_share", "Emergency admissions to a bed that leave on the day", "%",
            Ratio(Difference(PerDay(Count("admitted")), first_nights()), PerDay(Count("admitted"))),
            definition="AEC is not counted, however it is coded"),
        kpi("outliers", "Outliers at midnight", "patients", Census("outliers"), "low"),
        kpi("escalation", "Escalation beds in use, midnight", "beds",
            MeanInUse("escalation_bed", midnight=True), "low"),
        kpi("stay_mean", "Emergency length of stay, mean", "days", Mean("stay")),
        kpi("stay_median", "Emergency length of stay, median", "days", Percentile("stay", 50)),
        kpi("elective_stay", "Elective length of stay, mean", "days", Mean("elective_stay")),
        kpi("critical_care_occupancy", "Critical-care occupancy, midnight", "%", Occupancy("critical_care_bed")),
        kpi("critical_care_stay", "Critical-care stay, mean", "days", Mean("critical_stay")),
        kpi("step_down_delay", "Step-down delay, mean", "hours", Mean("step_down"), "low"),
        kpi("elective_inpatients", "Elective inpatients", "a year", PerYear(Count("elective_admitted"))),
        kpi("cancelled", "Operations cancelled on the day", "a year", PerYear(Count("elective_cancelled")), "low"),
    ]  # fmt: skip
    for least in (7, 14, 21):
        found.append(kpi(f"in_{least}_days", f"Inpatients of {least} days and more, midnight", "patients",
                         Census("inpatients", least), "low"))  # fmt: skip
        found.append(kpi(f"in_{least}_days_share", f"{least} days and more, share of inpatients", "%",
                         Ratio(Census("inpatients", least), Census("inpatients")), "low"))  # fmt: skip
    found += [kpi(f"occupancy_{bed}", f"Occupancy, {bed.replace('_', ' ')}s, midnight", "%", Occupancy(bed))
              for bed in ("assessment_bed", *WARD_BEDS)]  # fmt: skip
    return tuple(found)


def open_and_occupied(name: str, title: str, places: Names) -> tuple[Kpi, Kpi]:
    """Beds at midnight, as the daily return counts them: escalation beds included."""
    return (
        kpi(f"{name}_beds_open", f"{title} beds open, midnight", "beds", MeanCapacity(places, midnight=True)),
        kpi(
            f"{name}_beds_occupied",
            f"{title} beds occupied, midnight",
            "beds",
            MeanInUse(places, midnight=True),
        ),
    )


def first_nights() -> Formula:
    """Emergency patients at midnight who have been in for less than a day: those admitted since the last one."""
    return Difference(Census("emergency_inpatients"), Census("emergency_inpatients", 1))


def leaving() -> tuple[Kpi, ...]:
    """Leaving hospital."""
    found = [
        kpi("ready_to_go", "No criteria to reside, remaining at midnight", "patients", Census("ready_to_go"), "low"),
        kpi("ready_share", "No criteria to reside, share of inpatients", "%",
            Ratio(Census("ready_to_go"), Census("inpatients")), "low"),
        kpi("delay_bed_days_share", "Bed days after ready, share of bed days", "%",
            Ratio(Total("ready_delay"), Sum((Total("stay"), Total("elective_stay")))), "low"),
        kpi("bed_days_lost", "Bed days after ready", "bed days a year", PerYear(Total("ready_delay")), "low"),
        kpi("round_wait", "Wait for a ward round, mean", "hours", Mean("round_wait"), "low"),
        kpi("assessment_wait", "Transfer-of-care assessment, mean", "days", Mean("assessment_wait"), "low"),
        kpi("discharge_wait", "Medicines and transport, mean", "hours", Mean("discharge_wait"), "low"),
        kpi("long_term_wait", "Pathway 1 held for long-term care, mean", "days", Mean("long_term_wait"), "low"),
        kpi("relief_used", "Relief valves opened", "a year",
            PerYear(Sum((Count("pathway_1_relief"), Count("pathway_2_relief")))), "low"),
        kpi("deconditioned", "Deconditioned while waiting", "a year", PerYear(Count("deconditioned")), "low"),
    ]  # fmt: skip
    for number in ("0", "1", "2", "3"):
        where = {"pathway": number}
        found.append(kpi(f"discharged_pathway_{number}", f"Discharges, pathway {number}", "%",
                         Ratio(Count("left_hospital", where), Count("left_hospital"))))  # fmt: skip
        found.append(kpi(f"delay_pathway_{number}", f"Ready to gone, pathway {number}, mean", "days",
                         Mean("ready_delay", where), "low"))  # fmt: skip
    found += [
        kpi(
            f"wait_pathway_{number}",
            f"Wait for pathway {number}, mean",
            "days",
            Mean(f"pathway_{number}_wait"),
            "low",
        )
        for number in ("1", "2", "3")
    ]
    return tuple(found)


def community() -> tuple[Kpi, ...]:
    """Teams and places outside hospital."""
    return (
        kpi("two_hours", "Urgent community response in two hours", "%", ShareWithin("rapid_response", hours(2)), "high"),
        kpi("packages_started", "Pathway 1 packages started", "a year", PerYear(Count("care_started"))),
        kpi("care_home_admissions", "Care-home admissions from hospital", "a year", PerYear(Outcomes("care_home"))),
        kpi("care_hours_used", "Care hours in use", "%", Utilisation("care_hours")),
        kpi("community_bed_occupancy", "Community-bed occupancy, midnight", "%", Occupancy("community_bed")),
        kpi("community_bed_stay", "Community-bed stay, mean", "days", Mean("in_community_bed")),
        kpi("step_up", "Step-up requests for a community bed", "a year", PerYear(Count("step_up_asked"))),
        kpi("enhanced_care", "Enhanced care places in use", "%", Utilisation("enhanced_care_place")),
        kpi("virtual_ward", "Virtual-ward occupancy", "%", Utilisation("virtual_ward_bed")),
        kpi("proactive_caseload", "Proactive caseload", "people", MeanInUse("proactive_place")),
        kpi("nursing_wait", "Wait for a district nurse, mean", "hours", MeanWait("district_nurse"), "low"),
        kpi("mental_health_bed_queue", "Waiting for a mental-health bed", "patients", MeanQueue("mental_health_bed"), "low"),
    )  # fmt: skip


def people() -> tuple[Kpi, ...]:
    """Rates, so that groups can be compared."""
    returns = Count("admitted", {"contact": "readmission"})
    return (
        kpi("admissions_per_1000", "Emergency admissions per 1,000 people", "a year",
            Per1000People(PerYear(Count("admitted"))), "low"),
        kpi("bed_days_per_1000", "Emergency bed days per 1,000 people", "bed days a year",
            Per1000People(PerYear(Total("stay"))), "low"),
        kpi("attendances_per_1000", "Type 1 attendances per 1,000 people", "a year",
            Per1000People(PerYear(Finished(TYPE_1)))),
        kpi("emergency_admissions_per_1000_65plus", "Emergency admissions per 1,000 people of 65 and over", "a year",
            Per1000People(PerYear(Count("admitted", OLD)), OLD), "low"),
        kpi("care_home_attendances_per_resident_year", "Type 1 attendances of a care-home resident of 65 and over",
            "a year", Per1000People(PerYear(Finished(TYPE_1, RESIDENTS)), RESIDENTS, people=1), "low",
            definition="For each resident"),
        kpi("care_home_admissions_per_resident_year", "Emergency admissions of a care-home resident of 65 and over",
            "a year", Per1000People(PerYear(Count("admitted", RESIDENTS)), RESIDENTS, people=1), "low",
            definition="For each resident"),
        kpi("readmission", "Readmissions over live discharges", "%",
            Ratio(returns, Difference(Count("left_hospital"), Outcomes("died_in_hospital"))), "low"),
        kpi("hospital_deaths", "Deaths in hospital", "a year",
            PerYear(Outcomes(("died_in_hospital", "died_in_ed")))),
    )  # fmt: skip


def coping() -> tuple[Kpi, ...]:
    """How often each way of coping was used."""
    return (
        kpi("diverted", "Ambulances diverted", "a year", PerYear(Count("diverted")), "low"),
        kpi("corridor", "Patients in corridor spaces", "patients", MeanInUse("corridor_space"), "low"),
        kpi("corridor_used", "Patients placed in a corridor", "a year", PerYear(Queued("corridor_space", "granted")), "low"),
        kpi("early_step_down", "Step-downs brought forward", "a year", PerYear(Count("early_step_down")), "low"),
        kpi("ring_fence_used", "Ring-fenced beds in use", "%", Utilisation("elective_bed")),
    )  # fmt: skip
