"""How easy each step has to be for the playbook's rates to come true.

A playbook says how many get how far, because that is what a brand knows; people, though, act out of motivation, ability and
prompts. So a sample of people walks in step, and at each step the one number is found, its ease, with which as many of them
act as the playbook says. It multiplies everybody's own ability.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence

from siyu.world.population.behaviour import BehaviourRules, chance_of_acting
from siyu.world.population.camp.rules import Funnel
from siyu.world.population.camp.walk import ADDS, BLOCKS, OPENS, PAYS, STEPS, Ask, Way
from siyu.world.population.chance import Chance
from siyu.world.population.playbook_fields import PlaybookError

Eases = Mapping[str, float]

EASE_MAX = 100.0
HALVINGS = 30
TOLERANCE = 0.01
"""How far a rate may be missed before the playbook is said to be impossible."""
_DRAWS = 14


def rates_of(funnel: Funnel) -> Mapping[str, float]:
    """The rate of each step, in their order: of all for paying, of who added the teacher for blocking, of who paid for others."""
    own = {step: getattr(funnel, step) for step in STEPS if step not in OPENS}
    return {**own, **dict(zip(OPENS, funnel.opens, strict=True))}


def chance_of_step(ask: Ask, eases: Eases, rules: BehaviourRules) -> float:
    """How likely somebody acts who is asked so."""
    ability = ask.ability * eases[ask.step]
    return chance_of_acting(ask.motivation, ability, ask.prompt, rules.action_line, rules.steepness)


def run(walk: Generator[Ask, bool, Way], eases: Eases, rules: BehaviourRules, chance: Chance) -> Way:
    """Walks to the end; chance answers."""
    try:
        ask = next(walk)
        while True:
            ask = walk.send(chance.share() < chance_of_step(ask, eases, rules))
    except StopIteration as end:
        way: Way = end.value
        return way


def calibrate(
    people: int, walk_of: Callable[[int], Generator[Ask, bool, Way]], funnel: Funnel, rules: BehaviourRules
) -> Eases:
    """The eases with which `people` sample walks, all without an end in time, keep the funnel's rates; PlaybookError where
    they cannot."""
    eases: dict[str, float] = {}
    chances = [Chance(0, number, _DRAWS) for number in range(people)]
    walks = [walk_of(number) for number in range(people)]
    asks: dict[int, Ask] = {number: next(walk) for number, walk in enumerate(walks)}
    acted: dict[str, int] = {}
    rates = rates_of(funnel)
    for step in STEPS:
        asked = [number for number, ask in asks.items() if ask.step == step]
        base = people if step == PAYS else acted[ADDS] if step == BLOCKS else acted[PAYS]
        eases[step] = _ease(step, [asks[number] for number in asked], rates[step] * base, base, rules)
        acted[step] = 0
        for number in asked:
            acts = chances[number].share() < chance_of_step(asks[number], eases, rules)
            acted[step] += acts
            try:
                asks[number] = walks[number].send(acts)
            except StopIteration:
                del asks[number]
    return eases


def _ease(step: str, asks: Sequence[Ask], wanted: float, base: int, rules: BehaviourRules) -> float:
    def acting(ease: float) -> float:
        return sum(chance_of_step(ask, {step: ease}, rules) for ask in asks)

    most = acting(EASE_MAX)
    if most < wanted - TOLERANCE * base:
        key = f"camp.funnel.opens[{OPENS.index(step)}]" if step in OPENS else f"camp.funnel.{step}"
        share = most / max(base, 1)
        raise PlaybookError(f"{key} cannot be reached: at most {share:.2f} would, as people are.", key=key)
    least, ease = 0.0, EASE_MAX
    for _ in range(HALVINGS):
        middle = (least + ease) / 2
        least, ease = (least, middle) if acting(middle) >= wanted else (middle, ease)
    return ease
