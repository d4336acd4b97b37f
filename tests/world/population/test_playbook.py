"""Playbooks: read as they are, refused by the name of what is wrong, and documented line by line."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from siyu import world
from siyu.world import living, population
from siyu.world.population.camp.survey import EXPERIENCE, INCOME, QUESTIONS, RISK, SAVING
from siyu.world.population.playbook import FOLDER, KINDS, PlaybookName, load_playbook, parse_playbook
from siyu.world.population.playbook_fields import PlaybookError

ASKED = frozenset({"happens", "whole", "between", "waiting", "log_normal", "gamma", "beta"})
"""What chance is asked."""
NAMES: tuple[PlaybookName, ...] = ("camp", "tea")


def written(name: PlaybookName) -> str:
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def test_playbooks_are_read_into_what_the_code_needs() -> None:
    camp, tea = load_playbook("camp"), load_playbook("tea")
    assert camp.camp.funnel.opens[0] == 0.65
    assert camp.rhythm.days == 90
    assert tea.rhythm.days == 548
    assert set(camp.people.needs) == {"焦虑", "孩子", "养老", "副业", "买房"}
    assert load_playbook("camp") is camp


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_a_playbook_says_what_it_is(name: PlaybookName) -> None:
    lines = [line for line in written(name).splitlines() if "=" in line and not line.startswith("#")]
    assert len(lines) > 50
    assert [line for line in lines if not re.search(r"\s# \S", line)] == []


@pytest.mark.parametrize(
    ("line", "instead", "key"),
    [
        ("pays = 0.55", "pays = 1.2", "camp.funnel.pays"),
        ("pays = 0.55", "pays = true", "camp.funnel.pays"),
        ("pays = 0.55", 'pays = "many"', "camp.funnel.pays"),
        ("pays = 0.55", "", "camp.funnel.pays"),
        ("pays = 0.55", "pays = 0.55\nprays = 1", "camp.funnel.prays"),
        ("days = 90", "days = 90.5", "rhythm.days"),
        ("0.34, 0.30]", "0.34]", "camp.funnel.opens"),
        ("0.34, 0.30]", "0.34, -0.1]", "camp.funnel.opens[6]"),
        ("weight = 30, interest = 0.55", "weight = 30", "people.needs.焦虑.interest"),
        ("[behaviour]", "[behavior]", "behavior"),
        ('title = "', 'title = "" # "', "title"),
        ("near = 3", "near = nan", "people.ties.near"),
        ("steepness = 10", "steepness = inf", "behaviour.steepness"),
        ("begins_hour = [8, 10]", "begins_hour = [10, 8]", "staff.begins_hour"),
        ("begins_hour = [8, 10]", "begins_hour = [8, 9, 10]", "staff.begins_hour"),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(line: str, instead: str, key: str) -> None:
    text = written("camp")
    assert line in text
    with pytest.raises(PlaybookError) as refused:
        parse_playbook("camp", text.replace(line, instead, 1))
    assert refused.value.fields["key"] == key
    assert key in refused.value.message


def test_choices_of_which_none_counts_are_refused() -> None:
    text = re.sub(r"weight = \d+, ability", "weight = 0, ability", written("camp"))
    with pytest.raises(PlaybookError, match=r"people\.money needs at least one that counts"):
        parse_playbook("camp", text)


def test_what_is_no_playbook_at_all_is_refused() -> None:
    with pytest.raises(PlaybookError):
        parse_playbook("tea", "title =")
    with pytest.raises(PlaybookError, match="rhythm has to be a table"):
        parse_playbook("tea", 'title = "x"\nrhythm = 3')


def test_the_survey_asks_what_the_playbook_answers() -> None:
    told = load_playbook("camp").camp.answers
    choices = {question: set(labels) for question, (_, labels) in QUESTIONS.items()}
    assert set(told.experience) == choices[EXPERIENCE]
    assert set(told.risk) == choices[RISK]
    assert set(told.saving) == choices[INCOME]
    assert all(set(each) == choices[SAVING] for each in told.saving.values())


def numbers_asked(source: str) -> Iterator[tuple[int, str]]:
    """(line, call) wherever chance is asked with a number that stands in the code; all of a thing and nothing of it are none."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in ASKED:
            continue
        told = [inner for each in (*node.args, *node.keywords) for inner in ast.walk(each)]
        if any(
            isinstance(inner, ast.Constant) and type(inner.value) in (int, float) and inner.value not in (0, 1)
            for inner in told
        ):
            yield node.lineno, ast.unparse(node)


def test_whatever_is_left_to_chance_takes_its_numbers_from_the_playbook() -> None:
    assert list(numbers_asked("draw.happens('x', 0.5)\ndraw.whole('x', 1, most)\nchance.waiting(rules.hours * 2)")) == [
        (1, "draw.happens('x', 0.5)"),
        (3, "chance.waiting(rules.hours * 2)"),
    ]
    folders = [Path(package.__path__[0]) for package in (living, population)]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    assert len(files) > 40
    found = {path.name: list(numbers_asked(path.read_text(encoding="utf-8"))) for path in files}
    assert {name: calls for name, calls in found.items() if calls} == {}


def fields_of(kind: Any) -> Iterator[str]:
    """The names of all that a playbook of that kind says."""
    for name, hint in get_type_hints(kind).items():
        yield name
        for part in (hint, *get_args(hint)):
            if is_dataclass(part):
                yield from fields_of(part)


def test_whatever_a_playbook_says_is_used() -> None:
    files = Path(world.__path__[0]).rglob("*.py")
    times = Counter(word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8")))
    names = {name for kind in KINDS.values() for name in fields_of(kind)}
    assert len(names) > 100
    assert {name for name in names if times[name] < 2} == set(), "each is said once and asked for somewhere"
