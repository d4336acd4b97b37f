"""What the living have become is put down beside the corp that they live in, and taken up at the next start.

Kept are moods, purchases, the term that somebody is in, whom they know, orders that no file has told yet, and how far staff have
read: who forgets that answers every chat again. What somebody meant to do is not kept, for its hour is over by then; but who is in
a term goes on with the day that it is, and who was about to look at their telephone still will.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from siyu.world import keeping, population
from siyu.world.living.plan import LivingPlan
from siyu.world.living.somebody import Cast
from siyu.world.living.staff import StaffLife
from siyu.world.living.stories import Stage


class Memory:
    """The file of the living of one plan in one run of a corp, whose people have other ids in the next."""

    def __init__(self, path: Path, plan: LivingPlan, run: str) -> None:
        self._path = path
        told = f"{plan.brand} {plan.seed} {plan.customers} {plan.anchor} {run}"
        self._mark = keeping.mark_of(told, [Path(__file__).parent, Path(population.__path__[0])])
        self._last = b""

    def put_down(self, stage: Stage, staff: StaffLife) -> None:
        """Writes down how things stand; nothing where they stand as they did. Who somebody is can be told anew and is left out."""
        souls = stage.souls.everybody
        people = {str(soul.who.number): soul.who for soul in souls}
        packed = keeping.packed({"souls": souls, "sold": stage.sold, "desks": staff.desks}, people)
        if packed != self._last and keeping.write(self._path, self._mark + packed):
            self._last = packed

    def take_up(self, stage: Stage, staff: StaffLife, now: datetime) -> bool:
        """Gives a stage and a staff that have not begun what was put down; whether there was anything."""
        things = keeping.find(self._path, self._mark, _People(stage.souls.cast))
        if things is None:
            return False
        stage.souls.resume(things["souls"])
        stage.sold.extend(things["sold"])
        staff.desks = things["desks"]
        for soul in stage.souls.everybody:
            if soul.looks_at is not None:
                soul.looks_at = None
                stage.telephones.buzz(soul, now)
        return True


class _People(dict[str, object]):
    """Everybody by number, made as they are asked for."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self._cast = cast

    def __missing__(self, number: str) -> object:
        return self._cast.of(int(number))
