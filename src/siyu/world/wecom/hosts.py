"""Which hosts are browsers of whom."""

from __future__ import annotations

from hashlib import blake2b

SUFFIX = ".localhost"


def browser_host(userid: str) -> str:
    """The host that is a member's browser."""
    return f"m{blake2b(userid.lower().encode(), digest_size=6).hexdigest()}{SUFFIX}"
