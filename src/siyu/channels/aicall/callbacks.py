"""What became of calls, as a vendor tells it. Nothing here stores or acts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import msgspec

from siyu.platform.callbacks.xml import CallbackMalformedError

ROWS_MAX = 1_000

Short = Annotated[str, msgspec.Meta(max_length=100)]


@dataclass(frozen=True, slots=True)
class EndedCall:
    """One call: whether somebody took it, for how long, and what they meant."""

    key: Annotated[str, msgspec.Meta(max_length=500)]
    is_answered: bool
    seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    intent: Short = ""
    is_opt_out: bool = False
    reason: Short = ""


class _Body(msgspec.Struct):
    calls: Annotated[list[EndedCall], msgspec.Meta(max_length=ROWS_MAX)]


def ended_calls(body: bytes) -> Sequence[EndedCall]:
    """CallbackMalformedError for what is none of this."""
    try:
        told = msgspec.convert(json.loads(body), _Body).calls
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise CallbackMalformedError("It tells of no calls.") from error
    return [
        replace(each, key=_plain(each.key), intent=_plain(each.intent), reason=_plain(each.reason)) for each in told
    ]


def _plain(text: str) -> str:
    """Without what no table can hold, and nobody reads."""
    return "".join(letter for letter in text if letter.isprintable())
