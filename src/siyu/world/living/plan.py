"""What the living have to know of the installation they live with; written by whoever sets the demo up."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

BrandName = Literal["camp", "tea"]
PLAN_FILE = "living.json"


@dataclass(frozen=True, slots=True)
class LivingPlan:
    """From what the living begin. Purposes of codes and forms: `arrival` is where somebody comes in; others are the brand's own.

    `write_key` sends events; `import_key`, where there is one, hands in files of orders; `leader_key`, where there is one, hands
    over what members who left had. They are secrets: the file is its owner's alone.
    """

    brand: BrandName
    seed: int
    customers: int
    anchor: str
    zone: str
    siyu_url: str
    write_key: str = field(repr=False)
    code_urls: Mapping[str, str] = field(default_factory=dict)
    form_urls: Mapping[str, str] = field(default_factory=dict)
    import_key: str | None = field(default=None, repr=False)
    leader_key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.brand not in ("camp", "tea"):
            raise ValueError(f"there is no brand {self.brand}")
        if self.customers < 1:
            raise ValueError("customers is a whole number from 1")
        if self.anchor_at.tzinfo is None:
            raise ValueError("anchor needs a time zone")
        ZoneInfo(self.zone)

    @property
    def anchor_at(self) -> datetime:
        """Where the history ends."""
        return datetime.fromisoformat(self.anchor)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> LivingPlan:
        """The plan that was written down; ValueError, TypeError for one that cannot be."""
        told: dict[str, Any] = json.loads(text)
        return cls(**told)

    def write(self, path: Path) -> None:
        """Puts the plan in its place, whole, readable by its owner only."""
        whole = path.with_suffix(".new")
        whole.unlink(missing_ok=True)
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(self.to_json())
        whole.replace(path)
