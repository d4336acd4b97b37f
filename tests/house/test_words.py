"""Every room, engine and channel has its word in the glossary, every decision its page in the same form."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from siyu.engines.intake.contracts import OWN_EVENTS

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def words_below(heading: str, glossary: str) -> dict[str, tuple[str, str]]:
    """Name, Chinese and English of each line in the part of the glossary below a heading."""
    part = re.split(r"^## ", glossary.split(heading, 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    lines = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", part, flags=re.MULTILINE)
    return {name: (chinese, english) for name, chinese, english in lines}


def names_in(floor: str) -> set[str]:
    """The rooms, engines or channels that exist: packages, and modules right below the floor."""
    folder = ROOT / "src" / "siyu" / floor
    return {
        path.stem
        for path in folder.iterdir()
        if not path.name.startswith("_") and (path.suffix == ".py" or (path / "__init__.py").exists())
    }


@pytest.mark.parametrize(("floor", "heading"), [("domain", "## 房间"), ("engines", "## 引擎"), ("channels", "## 通道")])
def test_each_name_has_its_word(floor: str, heading: str) -> None:
    assert names_in(floor) - set(words_below(heading, GLOSSARY)) == set()


def test_a_missing_word_is_noticed() -> None:
    words = words_below("## A", "## A\n| `orders` | 订单 | what was bought |\n## B\n| `other` | 其他 | other |\n")
    assert words == {"orders": ("订单", "what was bought")}


def test_no_word_stands_for_two_things() -> None:
    named = [words_below(heading, GLOSSARY) for heading in ("## 房间", "## 引擎", "## 通道")]
    chinese = [word for words in named for word, _ in words.values()]
    assert len(chinese) == len(set(chinese)) > 20


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_says_situation_decision_and_price(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith(f"# {page.stem[:4]} ")
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ["处境 · Situation", "决定 · Decision", "代价 · Price"]


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(page.stem[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    assert DECISIONS


@pytest.mark.parametrize(
    "page", ["README.md", *(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]
)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    missing = [target for target in targets if not ((ROOT / page).parent / target).exists()]
    assert missing == []


def test_what_is_audited_is_said_in_words() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src" / "siyu").rglob("*.py"))
    verbs = set(re.findall(r'record_audit\(\s*\w+,\s*[\w.()"]+,\s*"([a-z_.]+)"', code))
    texts = (ROOT / "console" / "src" / "features" / "settings" / "audit-verbs.ts").read_text("utf-8")
    assert len(verbs) > 30
    assert {verb for verb in verbs if texts.count(f'"{verb}": "') != 2} == set()


def test_whom_the_audit_is_about_is_said_in_words() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src" / "siyu").rglob("*.py"))
    kinds = set(re.findall(r'record_audit\(\s*\w+,\s*[\w.()"]+,\s*"[a-z_.]+",\s*f?"(\w+)[:"]', code))
    texts = (ROOT / "console" / "src" / "features" / "settings" / "audit-subjects.ts").read_text("utf-8")
    assert len(kinds) > 30
    assert {kind for kind in kinds if len(re.findall(rf"^    {kind}:", texts, flags=re.MULTILINE)) != 2} == set()


def test_what_is_told_of_a_deed_is_said_in_words() -> None:
    codes = (path.read_text("utf-8") for path in (ROOT / "src" / "siyu").rglob("*.py"))
    calls = [
        node
        for code in codes
        if "record_audit(" in code
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record_audit"
    ]
    told = {each.arg for call in calls for each in call.keywords if each.arg} - {"outcome"}
    texts = (ROOT / "console" / "src" / "features" / "settings" / "audit-fields.ts").read_text("utf-8")
    assert len(told) > 30
    assert {name for name in told if len(re.findall(rf"^    {name}:", texts, flags=re.MULTILINE)) != 2} == set()


def test_what_is_refused_is_said_in_words() -> None:
    places = [
        path for floor in ("domain", "engines", "faces") for path in (ROOT / "src" / "siyu" / floor).rglob("*.py")
    ]
    found = [
        (base, code)
        for path in places
        for base, code in re.findall(
            r'^class \w+Error\((\w+)\):\n(?:(?!^class |^def ).*\n)*?    code = "(\w+)"',
            path.read_text("utf-8"),
            re.MULTILINE,
        )
    ]
    # That a thing is not there is said alike of all.
    codes = {code for base, code in found if base != "NotFoundError"}
    texts = (ROOT / "console" / "src" / "shared" / "ui" / "error-words.ts").read_text("utf-8")
    said = set(re.findall(r"^ {2,4}(\w+):", texts, flags=re.MULTILINE))
    assert len(codes) > 100
    assert codes - said == set()


def test_what_happens_is_said_in_chinese() -> None:
    words = (ROOT / "console" / "src" / "shared" / "i18n" / "vocabulary-words.ts").read_text("utf-8")
    said = set(re.findall(r"^      (\w+):", words.split("events: {", 1)[1].split("    },", 1)[0], flags=re.MULTILINE))
    assert OWN_EVENTS - said == set()


def test_no_word_of_the_console_is_left_unsaid() -> None:
    files = {
        path: path.read_text("utf-8")
        for path in (ROOT / "console" / "src").rglob("*.ts*")
        if path.name != "schema.d.ts"
    }
    dictionaries = [path for path in files if path.name.endswith("texts.ts")]
    said = set(re.findall(r"\w+", "\n".join(files[path] for path in files.keys() - set(dictionaries))))
    unsaid = [
        f"{path.name}: {key}"
        for path in dictionaries
        for key in set(re.findall(r"^    (\w+):", files[path], flags=re.MULTILINE)) - said
        if len(re.findall(rf"\b{key}\b", files[path])) <= 2  # it stands once in each language, and nowhere else
    ]
    assert len(dictionaries) > 50
    assert unsaid == []
