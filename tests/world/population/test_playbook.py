"""Playbooks: read as they are, refused by the name of what is wrong, and documented line by line."""

from __future__ import annotations

import re

import pytest

from siyu.world.population.playbook import FOLDER, PlaybookName, load_playbook, parse_playbook
from siyu.world.population.playbook_fields import PlaybookError

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
