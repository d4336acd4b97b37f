"""Forms that tests fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from siyu.domain.entries import service
from siyu.domain.entries.contracts import Answered, Respondent
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database

SIYU = system_actor("test")
ZONE = ZoneInfo("Asia/Shanghai")

Question = dict[str, Any]


def choice(key: str, label: str = "选项", **rest: Any) -> dict[str, Any]:
    return {"key": key, "label": label, **rest}


def question(kind: str, key: str, title: str = "问题", **rest: Any) -> Question:
    return {"kind": kind, "key": key, "title": title, **rest}


def form_of(*questions: Question, **rest: Any) -> dict[str, Any]:
    """A document with one page."""
    return {"title": "报名调查", "pages": [{"questions": list(questions)}], **rest}


LEVEL = question(
    "single",
    "level",
    "您的基础？",
    is_required=True,
    attribute="tea_level",
    choices=[choice("none", "零基础", score=1, tags=[11]), choice("some", "学过", score=5, tags=[12], value="有基础")],
)
GOALS = question(
    "multiple",
    "goals",
    "想学什么？",
    attribute="goals",
    least=1,
    most=2,
    choices=[choice("brew", "冲泡", score=1), choice("taste", "品鉴", score=2), choice("sell", "开店", score=4)],
)
SHOP = question("text", "shop", "店名", show_if={"question": "goals", "any_of": ["sell"]}, is_required=True)
PHONE = question("phone", "phone", "手机号", attribute="phone", identifies=True)
AGREE = question("consent", "agree", "同意接收短信", purpose="marketing", channel="sms")
BANDS = [{"key": "cold", "label": "低意向", "least": 0}, {"key": "hot", "label": "高意向", "least": 6, "tags": [20]}]
SURVEY = form_of(LEVEL, GOALS, SHOP, PHONE, AGREE, bands=BANDS, band_attribute="intent", score_attribute="intent_score")


def a_form(database: Database, document: Mapping[str, Any] = SURVEY, name: str = "报名调查") -> int:
    """A published form."""
    with database.begin() as work:
        made = service.create_form(work, SIYU, name, document)
        service.publish_form(work, SIYU, made.form_id)
    return made.form_id


def send(
    database: Database,
    form_id: int,
    who: Respondent,
    answers: Mapping[str, str | Sequence[str]],
    *,
    page_id: str = "page",
    version: int = 1,
) -> Answered:
    """Sends a page."""
    raw = {key: [value] if isinstance(value, str) else value for key, value in answers.items()}
    with database.begin() as work:
        return service.answer_form(work, SIYU, form_id, version, who, raw, page_id)


def visitor(name: str = "v1") -> Respondent:
    return Respondent(visitor=f"h5-{name}")
