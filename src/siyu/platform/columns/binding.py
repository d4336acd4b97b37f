"""Parameters of a statement. They are always bound by the engine (`{name:Type}`), never written into the SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def bound(sql: str, parameters: Mapping[str, Any] | None) -> dict[str, Any]:
    """`parameters` as the driver wants them.

    ValueError for one that the statement does not name as `{name:Type}`: the driver would then format values into the SQL
    itself. Instants lose nothing: they travel as UTC text, so bind them as `{name:DateTime64(6, 'UTC')}` or shorter.
    """
    values: dict[str, Any] = {}
    for name, value in (parameters or {}).items():
        if not _NAME.match(name) or re.search(r"\{\s*" + name + r"\s*:", sql) is None:
            raise ValueError(f"the statement has no {{{name}:Type}}")
        values[name] = _as_sent(value)
    return values


def _as_sent(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.strftime("%Y-%m-%d %H:%M:%S" + (".%f" if utc.microsecond else ""))
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (set, frozenset)):
        return [_as_sent(each) for each in sorted(value)]
    if isinstance(value, (list, tuple)):
        return [_as_sent(each) for each in value]
    return value
