"""Why somebody does something, or does not: B = MAP, behaviour is motivation × ability × prompt (B. J. Fogg).

Nothing happens without a prompt. With one, motivation and ability make up for each other: what is easy is done with little
will, what is hard only with much. Their product lies above or below a line of action; near the line it may go either way.
Motivation moves with what people meet: useful content, friends, a streak of days; too many prompts annoy. Both wear off.
Pure: the past is made with it and the living act by it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from siyu.world.population.playbook_fields import number, share


@dataclass(frozen=True, slots=True)
class BehaviourRules:
    """How a brand's people tick. All is told, line by line, in the playbook's file."""

    action_line: float = share()
    steepness: float = number(1, 100)
    useful_adds: float = share()
    friend_adds: float = share()
    streak_adds: float = share()
    streak_days_max: int = number(1, 365)
    interest_half_days: float = number(0.1, 3650)
    push_annoys: float = share()
    annoyance_half_days: float = number(0.1, 3650)
    blocks_line: float = share()
    patience_holds: float = share()


@dataclass(frozen=True, slots=True)
class Mood:
    """How somebody feels about a brand: both from 0 to 1; `streak` is how many days in a row they took part."""

    motivation: float
    annoyance: float = 0.0
    streak: int = 0

    @property
    def drive(self) -> float:
        """What is left of the motivation beside the annoyance."""
        return self.motivation * (1.0 - self.annoyance)


def chance_of_acting(motivation: float, ability: float, prompt: float, line: float, steepness: float) -> float:
    """How likely somebody acts: from 0 (no motivation, no ability or no prompt) to 1 (all of each); never less for more of any."""
    least, span = _ends(line, steepness)
    push = _logistic(steepness * (within(motivation) * within(ability) - line))
    return within(prompt) * within((push - least) / span)


def chance_of_doing(mood: Mood, ability: float, prompt: float, rules: BehaviourRules) -> float:
    """How likely somebody of that mood acts."""
    return chance_of_acting(mood.drive, ability, prompt, rules.action_line, rules.steepness)


def chance_of_blocking(mood: Mood, patience: float, rules: BehaviourRules) -> float:
    """How likely one more push is answered by blocking who sent it. `patience` is from 0 to 1."""
    able = ability_to_block(patience, rules)
    return chance_of_acting(mood.annoyance, able, 1.0, rules.blocks_line, rules.steepness)


def ability_to_block(patience: float, rules: BehaviourRules) -> float:
    """How easy it is for somebody to cut a brand off, from 0 to 1: patience holds them back."""
    return 1.0 - rules.patience_holds * within(patience)


def after_useful(mood: Mood, rules: BehaviourRules) -> Mood:
    """Something was worth the while."""
    return _with_motivation(mood, rules.useful_adds)


def after_friend(mood: Mood, rules: BehaviourRules) -> Mood:
    """A friend is there too, or spoke well of it."""
    return _with_motivation(mood, rules.friend_adds)


def after_taking_part(mood: Mood, rules: BehaviourRules) -> Mood:
    """One more day in a row; each pulls a little more, up to a point."""
    streak = mood.streak + 1
    gained = within(rules.streak_adds * min(streak, rules.streak_days_max))
    return Mood(mood.motivation + (1.0 - mood.motivation) * gained, mood.annoyance, streak)


def after_missing(mood: Mood) -> Mood:
    """A day was missed: the streak is gone."""
    return Mood(mood.motivation, mood.annoyance)


def after_push(mood: Mood, patience: float, rules: BehaviourRules) -> Mood:
    """A message nobody asked for. Who has no patience at all is annoyed by all of `push_annoys`, who has it all by none."""
    annoys = rules.push_annoys * (1.0 - within(patience))
    return Mood(mood.motivation, mood.annoyance + (1.0 - mood.annoyance) * annoys, mood.streak)


def after_days(mood: Mood, days: float, rest: float, rules: BehaviourRules) -> Mood:
    """Time passed without anything: motivation goes back to `rest`, what somebody has of themselves; annoyance is forgotten."""
    left, still_annoyed = halved(days, rules.interest_half_days), halved(days, rules.annoyance_half_days)
    return Mood(rest + (mood.motivation - rest) * left, mood.annoyance * still_annoyed, mood.streak)


def within(value: float) -> float:
    """The value, or the nearer end of 0 to 1."""
    return 0.0 if value < 0.0 else 1.0 if value > 1.0 else value


def halved(days: float, half_days: float) -> float:
    """What is left of 1 after so many days, half of it each `half_days`."""
    return math.pow(0.5, max(days, 0.0) / half_days)


def _with_motivation(mood: Mood, gained: float) -> Mood:
    return Mood(mood.motivation + (1.0 - mood.motivation) * gained, mood.annoyance, mood.streak)


@lru_cache(maxsize=64)
def _ends(line: float, steepness: float) -> tuple[float, float]:
    least = _logistic(-steepness * line)
    return least, _logistic(steepness * (1.0 - line)) - least


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))
