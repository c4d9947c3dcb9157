"""Random pathways: each is a row of blocks, and each block is made from a few bytes, of which 0 is the simplest.

A pathway may hold anything at its end, where everything is given back; so nearly all of them pass the model's
checks. Ways to elsewhere lead ahead (to a later block, to the end, to a later pathway, out); the two kinds of
loops, by chance and by an attribute, have a hold in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flowsim.pathway import (
    CARRY_ON,
    Pathway,
    free,
    holding,
    in_use,
    is_closed,
    is_open,
    pathway,
    patient,
    present,
    queue,
    since,
)
from flowsim.pathway.conditions import Condition
from tests.engines.palette import ACUITY, CALENDARS, PLAIN, SITES

BLOCK_BYTES = 20
TIMES = ("none", "one", "two", "five", "five", "ten", "few", "by_acuity", "scaled", "by_both", "own", "drawn")
SHORT = ("one", "two", "five", "none", "by_acuity", "two", "few", "ten")
LATER = ("ten", "twenty", "own", "drawn")


class Bytes:
    """Bytes taken one after another; a 0, and a byte that is missing, stand for the first and simplest choice."""

    def __init__(self, data: bytes) -> None:
        self.rest = iter(data)

    def below(self, many: int) -> int:
        """A whole number from 0 to `many` - 1."""
        return next(self.rest, 0) % many

    def one_of(self, several: Sequence[Any]) -> Any:
        """One of several; list a thing twice to see it more often."""
        return several[self.below(len(several))]

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return next(self.rest, 0) >= 256 * (1 - share)


@dataclass(frozen=True)
class World:
    """What the pathways of a model can name."""

    peak: dict[str, int]
    """The most that there ever is of each resource."""
    per_site: tuple[str, ...]
    sites: int
    pathways: int
    careless: bool
    """Change sites with things of the old one in hand: the run ends with an error, the same in every engine."""

    @property
    def resources(self) -> tuple[str, ...]:
        return tuple(self.peak)


class Writer:
    """Writes one pathway, block after block."""

    def __init__(self, world: World, at: int, blocks: Sequence[bytes]) -> None:
        self.world, self.at, self.blocks = world, at, blocks
        self.name = f"p{at}"
        self.block = 0
        self.take = Bytes(b"")

    def written(self, ending: bytes) -> Pathway:
        """The whole pathway."""
        chain = pathway(self.name) if self.at else pathway(self.name).mark("came")
        for at, data in enumerate(self.blocks):
            self.block, self.take = at, Bytes(data)
            chain = self.take.one_of(KINDS)(self, chain)
        take = Bytes(ending)
        after = take.one_of(SHORT) if take.chance(0.3) else None
        chain = chain.release(self.world.resources, if_held=True, after=after, label="end")
        if self.at + 1 < self.world.pathways and take.chance(0.3):
            chain = chain.choose("seldom", heads=f"p{self.at + 1}", tails=CARRY_ON)
        return chain.leave(f"home{self.at}")

    # --- names ------------------------------------------------------------------------------------------------

    def label(self, part: str = "") -> str:
        return f"b{self.block}{part}"

    def following(self) -> str:
        last = self.block + 1 == len(self.blocks)
        return f"{self.name}.{'end' if last else f'b{self.block + 1}'}"

    def way(self) -> str:
        """Somewhere ahead."""
        number = self.take.below(8)
        ahead = len(self.blocks) - self.block - 1
        if number in (1, 2):
            return f"{self.name}.end"
        if number == 3:
            return "gone"
        if number in (4, 5) and ahead > 1:
            return f"{self.name}.b{self.block + 2 + self.take.below(ahead - 1)}"
        if number == 6 and self.at + 1 < self.world.pathways:
            return f"p{self.at + 1 + self.take.below(self.world.pathways - self.at - 1)}"
        return self.following()

    # --- blocks -----------------------------------------------------------------------------------------------

    def asked(self) -> dict[str, Any]:
        """The arguments of a seize."""
        take, world = self.take, self.world
        first = take.below(len(world.peak))
        several = 1 + take.one_of((0, 0, 1, 0, 2, 2)) if len(world.peak) > 1 else 1
        names = tuple(dict.fromkeys(world.resources[(first + k) % len(world.peak)] for k in range(several)))
        amount = take.one_of((1, 1, 1, 2, 1, 2, 3, "units"))
        if isinstance(amount, int) and not take.chance(0.05):
            amount = max(1, min(amount, *(world.peak[name] for name in names), 3))
        elif amount == "units" and min(world.peak[name] for name in names) < 3:
            amount = 1
        asked: dict[str, Any] = {"first_of": names, "amount": amount}
        asked["priority"] = take.one_of((2, "acuity", "acuity", 1, 3, 0, "acuity", 31))
        asked["preempts"] = take.chance(0.4)
        if take.chance(0.6):
            asked |= {"patience": take.one_of(SHORT), "on_leave": self.way()}
        if take.chance(0.3):
            asked["escalate"] = tuple(
                (take.one_of(SHORT), take.below(3)) for _ in range(1 + take.one_of((0, 0, 1, 2)))
            )
        if take.chance(0.35):
            displaces = take.chance(0.7)
            asked |= {
                "queue_limit": take.one_of((1, 2, 0, "limit", 3)),
                "if_full": "displace" if displaces else self.way(),
            }
            if displaces and "on_leave" not in asked:
                asked["on_leave"] = self.way()
        return asked

    def hold(self, chain: Pathway, label: str, ways: Sequence[str] = ("resume", "restart")) -> Pathway:
        word = self.take.one_of((None, *ways, "resume", "restart", "(way)"))
        goes = self.way() if word == "(way)" else word
        return chain.hold(self.take.one_of(TIMES), if_interrupted=goes, label=label)

    def use(self, chain: Pathway) -> Pathway:
        asked = self.asked()
        again = f"{self.name}.{self.label()}"
        chain = self.hold(chain.seize(**asked, label=self.label()), self.label(".time"), ("resume", again))
        after = self.take.one_of(SHORT) if self.take.chance(0.25) else None
        amount = 1 if self.take.chance(0.15) else None
        return chain.release(asked["first_of"], after=after, amount=amount, label=self.label(".back"))

    def seize(self, chain: Pathway) -> Pathway:
        return chain.seize(**self.asked(), label=self.label())

    def wait(self, chain: Pathway) -> Pathway:
        return self.hold(chain, self.label())

    def release(self, chain: Pathway) -> Pathway:
        names = self.world.resources[: 1 + self.take.below(len(self.world.peak))]
        amount = self.take.one_of((None, None, 1, 2, "units"))
        after = self.take.one_of(SHORT) if self.take.chance(0.4) else None
        return chain.release(names, amount=amount, after=after, if_held=True, label=self.label())

    def choose(self, chain: Pathway) -> Pathway:
        if self.take.chance(0.4):
            return chain.choose("die", low=CARRY_ON, middle=self.way(), high=self.way(), label=self.label())
        return chain.choose("coin", heads=self.following(), tails=self.way(), label=self.label())

    def route(self, chain: Pathway) -> Pathway:
        first: Condition = self.question()
        if self.take.chance(0.3):
            first = first & self.question()
        branches = [(first, self.way())]
        if self.take.chance(0.3):
            branches.append((self.question(), self.way()))
        return chain.route(*branches, otherwise=self.following(), label=self.label())

    def question(self) -> Any:
        take = self.take
        name = take.one_of(self.world.resources)
        month = patient("month", "jan", "mar")
        limit = take.one_of((1, 0, 2, "limit", 3))
        asked: Condition = take.one_of((
            free(name) >= limit, free(name) < limit, queue(name) > limit, in_use(name) <= limit,
            present(name) >= limit, holding(name), patient("acuity", *ACUITY[: 1 + take.below(3)]),
            patient("site", SITES[0]), month, is_open(take.one_of(CALENDARS)), is_closed(CALENDARS[1]),
            since("came") >= take.one_of(PLAIN), since("came") < take.one_of(PLAIN), holding(name),
        ))  # fmt: skip
        return ~asked if take.chance(0.2) and not hasattr(asked, "conditions") else asked

    def wait_until(self, chain: Pathway) -> Pathway:
        return chain.wait_until(self.take.one_of(CALENDARS), label=self.label())

    def mark(self, chain: Pathway) -> Pathway:
        return chain.mark(self.take.one_of(("seen", "came", "seen")), label=self.label())

    def change(self, chain: Pathway) -> Pathway:
        if self.take.chance(0.5):
            return chain.set("acuity", share="drift", label=self.label())
        return chain.set("acuity", self.take.one_of(ACUITY), label=self.label())

    def move(self, chain: Pathway) -> Pathway:
        """To another site: what is held of this one is given back first, unless the model is careless."""
        label = self.label()
        if self.world.per_site and not self.world.careless:
            chain = chain.release(self.world.per_site, if_held=True, label=label)
            label = self.label(".go")
        if self.take.chance(0.5):
            return chain.set("site", share="ambulance", label=label)
        return chain.set("site", SITES[self.take.below(self.world.sites)], label=label)

    def come_back(self, chain: Pathway) -> Pathway:
        to = self.take.below(self.world.pathways)
        if to > self.at:
            share, delay = self.take.one_of(("quarter", "always")), self.take.one_of(TIMES)
        else:  # rarely and late, or they would be more and more
            share, delay = "quarter", self.take.one_of(LATER)
        return chain.come_back(share, delay, to=f"p{to}", label=self.label())

    def loop(self, chain: Pathway) -> Pathway:
        """Back to an earlier block: by chance, or once, which an attribute remembers."""
        back = f"{self.name}.b{self.take.below(self.block + 1)}"
        if self.take.chance(0.5):
            chain = chain.choose("seldom", heads=CARRY_ON, tails=self.following(), label=self.label())
        else:
            chain = chain.route((patient("turn", "1"), self.following()), label=self.label())
            chain = chain.set("turn", "1", label=self.label(".again"))
        return chain.hold(self.take.one_of(SHORT), label=self.label(".rest")).then(
            back, label=self.label(".back")
        )


Block = Callable[[Writer, Pathway], Pathway]
KINDS: tuple[Block, ...] = (
    Writer.wait, Writer.wait, Writer.use, Writer.use, Writer.use, Writer.use, Writer.use, Writer.use, Writer.seize,
    Writer.seize, Writer.seize, Writer.seize, Writer.release, Writer.release, Writer.choose, Writer.route,
    Writer.route, Writer.wait_until, Writer.wait_until, Writer.mark, Writer.change, Writer.move,
    Writer.come_back, Writer.loop,
)  # fmt: skip


def gone(world: World) -> Pathway:
    """Where those go who have had enough."""
    return pathway("gone").release(world.resources, if_held=True, label="end").leave("gone")
