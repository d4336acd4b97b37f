"""What people of the made-up world do, whatever the brand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siyu.domain.customers.contracts import Identity


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a person did. `identities` are all they were known by just then, the one that keeps the deed first. Without a
    `name` the person told who they are: `properties` are then what is known of them."""

    at: datetime
    name: str
    identities: tuple[Identity, ...]
    properties: Mapping[str, Any]

    @property
    def is_telling(self) -> bool:
        return not self.name
