"""The language of reports: what is told, when, and to whom. Part of `contracts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from siyu.domain.definitions.contracts import WITH_KIND, WITHOUT_KIND, Id

RECEIVERS_MAX = 100

Clock = Annotated[str, Field(strict=True, pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of the company's day: `09:00`."""


@dataclass(frozen=True, slots=True)
class DashboardOfReport:
    """All cards of a dashboard."""

    __pydantic_config__ = WITH_KIND

    dashboard_id: Id
    kind: Literal["dashboard"] = "dashboard"


@dataclass(frozen=True, slots=True)
class QuestionOfReport:
    """One saved question."""

    __pydantic_config__ = WITH_KIND

    question_id: Id
    kind: Literal["question"] = "question"


@dataclass(frozen=True, slots=True)
class EveryDay:
    """Each day at this time."""

    __pydantic_config__ = WITH_KIND

    at: Clock
    kind: Literal["day"] = "day"


@dataclass(frozen=True, slots=True)
class EveryWeek:
    """Each week on this day (1 is Monday) at this time."""

    __pydantic_config__ = WITH_KIND

    at: Clock
    weekday: Annotated[int, Field(strict=True, ge=1, le=7)] = 1
    kind: Literal["week"] = "week"


@dataclass(frozen=True, slots=True)
class EveryMonth:
    """Each month on this day at this time; on the last day of a month that is shorter."""

    __pydantic_config__ = WITH_KIND

    at: Clock
    day: Annotated[int, Field(strict=True, ge=1, le=31)] = 1
    kind: Literal["month"] = "month"


When = Annotated[EveryDay | EveryWeek | EveryMonth, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Report:
    """Each receiver is told the numbers that they may see themselves. `by`: which way it goes."""

    __pydantic_config__ = WITHOUT_KIND

    of: Annotated[DashboardOfReport | QuestionOfReport, Field(discriminator="kind")]
    when: When
    to: Annotated[tuple[Id, ...], Field(min_length=1, max_length=RECEIVERS_MAX)]
    by: Literal["mail", "wecom"] = "mail"
    language: Literal["zh", "en"] = "zh"
    is_active: bool = True
