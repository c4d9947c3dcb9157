"""A tiny model with one of each verb, to be printed and drawn."""

from __future__ import annotations

from flowsim.pathway import (
    CARRY_ON,
    Model,
    attribute,
    calendar,
    in_use,
    is_open,
    pathway,
    resource,
    rule,
    source,
)


def drawn_model() -> Model:
    """An emergency department, a ward, and leaving unseen."""
    return Model(
        name="tiny",
        title="A tiny hospital",
        attributes=(attribute("acuity", "urgent", "routine"),),
        resources=(resource("cubicle"), resource("corridor"), resource("bed", per_site=True)),
        calendars=(calendar("ward_round"),),
        sources=(source("walk_in", to="ed", title="Walk-ins"),),
        rules=(rule("surge", watch=in_use("bed"), changes="bed", per_site=True),),
        pathways=(
            pathway("ed", title="Emergency department")
            .mark("arrived")
            .seize(first_of=("cubicle", "corridor"), priority="acuity", patience="ed.patience", on_leave="left",
                   escalate=(("ed.too_long", 0),))
            .hold("ed.time", label="seen", if_interrupted="resume")
            .route((is_open("ward_round"), CARRY_ON), otherwise="ed.seen")
            .set("acuity", share="ed.acuity")
            .release(("cubicle", "corridor"), after="ed.cleaning")
            .choose("ed.outcome", home=CARRY_ON, admit="ward")
            .leave("home"),
            pathway("ward", title="Ward")
            .use("bed", "ward.stay", amount=2)
            .wait_until("ward_round")
            .set("acuity", "routine")
            .come_back("ward.again", "ward.after", to="ed")
            .leave("discharged"),
            pathway("left").leave("left_unseen"),
        ),
    )  # fmt: skip
