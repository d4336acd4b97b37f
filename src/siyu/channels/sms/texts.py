"""What a text message looks like and how many it is paid as; pure."""

from __future__ import annotations

from typing import Final

ONE_MAX: Final = 70
PART_MAX: Final = 67
"""Characters of a message that is one, and of each part of a longer one."""
PARTS_MAX: Final = 10
"""What is longer no vendor takes."""


def whole_text(sign_name: str, body: str, link_url: str | None, hint: str) -> str:
    """Signature, what is said, where it leads, how to have no more: the order that carriers ask for."""
    parts = [body.strip(), link_url or "", hint.strip()]
    return f"【{sign_name}】" + " ".join(part for part in parts if part)


def segments(text: str) -> int:
    """How many messages it is paid as. Characters count as UTF-16 does: most emoji are two."""
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return 1 if length <= ONE_MAX else -(-length // PART_MAX)
