"""Whether somebody of the living takes a step of the camp's way: asked and answered as the history does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from siyu.world.living.draws import Draw
from siyu.world.living.souls import Soul
from siyu.world.living.stories import Stage
from siyu.world.population.camp.calibration import Eases, chance_of_step
from siyu.world.population.camp.population import eases_of
from siyu.world.population.camp.rules import Soon
from siyu.world.population.camp.walk import Ask, offer
from siyu.world.population.playbook import CampPlaybook


@dataclass(slots=True)
class Will:
    """The same eases, the same behaviour; only how somebody feels is what they have lived through since."""

    stage: Stage
    playbook: CampPlaybook
    _eases: Eases = field(init=False)

    def __post_init__(self) -> None:
        self._eases = eases_of(self.playbook)

    def acts(self, soul: Soul, step: str, draw: Draw, prompt: float = 1.0) -> bool:
        """Whether somebody takes a step that asks for nothing but will."""
        return self._says_yes(Ask(step, soul.mood.drive, 1.0, prompt), draw)

    def buys(self, soul: Soul, learnt: float, draw: Draw) -> bool:
        """Whether somebody takes the course who has finished so much (0 to 1) of what there was to learn by then."""
        funnel = self.playbook.camp.funnel
        return self._says_yes(offer(soul.mood, soul.who.character, learnt, self.prompt(soul), funnel), draw)

    def soon(self, soon: Soon, at: datetime, draw: Draw, step: str) -> datetime:
        """When a step is taken that is mostly taken at once."""
        waits = self.playbook.camp.waits
        if draw.happens(f"{step} at once", waits.at_once):
            hours = waits.at_once_hours * draw.share(f"{step} in")
        else:
            hours = min(draw.waiting(f"{step} in", soon.hours), waits.hours_most)
        return at + timedelta(minutes=soon.minutes_least, hours=hours)

    def prompt(self, soul: Soul) -> float:
        """How strongly the camp asks somebody, by where they are."""
        prompts = self.playbook.camp.prompts
        if self.group(soul):
            return prompts.group
        return prompts.teacher if soul.keeper else prompts.alone

    def group(self, soul: Soul) -> str:
        """The newest group that somebody is in; "" for none."""
        groups = self.stage.wecom.groups(soul.external_userid) if soul.external_userid else ()
        return groups[-1] if groups else ""

    def _says_yes(self, ask: Ask, draw: Draw) -> bool:
        return draw.happens(ask.step, chance_of_step(ask, self._eases, self.playbook.behaviour))
