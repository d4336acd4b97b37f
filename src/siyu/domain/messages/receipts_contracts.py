"""What channels tell of messages after they took them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message arrived, or surely will not; `reason` says why not, one of FailedReason where one fits."""

    message_key: str
    is_delivered: bool
    reason: str = ""
