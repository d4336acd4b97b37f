"""Playbooks: who a brand's people are and how they behave, each in one file (`playbooks/<name>.toml`) that documents every line.

A file says everything that the code here needs and nothing else: a key that is missing or not known is refused by its name,
and so is a number out of its range.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, overload

from siyu.world.population.behaviour import BehaviourRules
from siyu.world.population.calendar import Rhythm
from siyu.world.population.camp.rules import CampRules
from siyu.world.population.people import PeopleRules
from siyu.world.population.playbook_fields import PlaybookError, read, table, text
from siyu.world.population.staff import StaffManners
from siyu.world.population.tea.rules import TeaRules
from siyu.world.population.telephone import TelephoneRules

FOLDER = Path(__file__).parent / "playbooks"

PlaybookName = Literal["camp", "tea"]


@dataclass(frozen=True, slots=True, eq=False)
class Playbook:
    """What every brand's playbook says."""

    title: str = text()
    rhythm: Rhythm = table()
    people: PeopleRules = table()
    behaviour: BehaviourRules = table()
    telephone: TelephoneRules = table()
    staff: StaffManners = table()


@dataclass(frozen=True, slots=True, eq=False)
class TeaPlaybook(Playbook):
    """A brand of stores, a mini-program and members."""

    tea: TeaRules = table()


@dataclass(frozen=True, slots=True, eq=False)
class CampPlaybook(Playbook):
    """A brand of courses, whose people come by a camp of a week."""

    camp: CampRules = table()


KINDS: Mapping[PlaybookName, type[TeaPlaybook] | type[CampPlaybook]] = {"tea": TeaPlaybook, "camp": CampPlaybook}


@overload
def load_playbook(name: Literal["tea"]) -> TeaPlaybook: ...
@overload
def load_playbook(name: Literal["camp"]) -> CampPlaybook: ...
def load_playbook(name: PlaybookName) -> TeaPlaybook | CampPlaybook:
    """The playbook that comes along under that name."""
    return _loaded(name)


def parse_playbook(name: PlaybookName, written: str) -> TeaPlaybook | CampPlaybook:
    """A playbook of that kind from its text; PlaybookError says what is wrong with it."""
    try:
        told: dict[str, Any] = tomllib.loads(written)
    except tomllib.TOMLDecodeError as broken:
        raise PlaybookError(str(broken)) from broken
    return read(KINDS[name], told)


@cache
def _loaded(name: PlaybookName) -> TeaPlaybook | CampPlaybook:
    return parse_playbook(name, (FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
