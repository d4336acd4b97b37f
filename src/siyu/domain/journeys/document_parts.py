"""What nodes are made of: keys, edges, times, limits. Part of `contracts`."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from siyu.domain.definitions.contracts import Id

WAIT_MINUTES_MAX: Final = 366 * 24 * 60
DAYS_MAX: Final = 366
WAYS_MAX: Final = 8
ARMS_MAX: Final = 6
FALLBACKS_MAX: Final = 5
TAGS_MAX: Final = 20
NAME_LENGTH_MAX: Final = 60
EXPIRES_HOURS_MAX: Final = 14 * 24
AT_BEST_HOUR: Final = "best_hour"

Key = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Edge = Key | None
"""Where one goes on: the key of a node; None, to the end."""
Label = Annotated[str, Field(strict=True, min_length=1, max_length=NAME_LENGTH_MAX)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=WAIT_MINUTES_MAX)]
TimeOfDay = Annotated[str, Field(strict=True, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekdays = Annotated[tuple[Annotated[int, Field(strict=True, ge=1, le=7)], ...], Field(max_length=7)]
"""1 is Monday; none of them means all."""
AttributeName = Annotated[str, Field(strict=True, min_length=1, max_length=100)]
TagIds = Annotated[tuple[Id, ...], Field(max_length=TAGS_MAX)]
