"""Whether an installation is whole: one that a restore has filled in part must not be worked with."""

from __future__ import annotations

from siyu.kernel.errors import SiyuError
from siyu.platform.settings import Settings

MARKER = "restoring"
"""A file in the home for as long as a restore is under way; it tells from which backup."""


class HalfRestoredError(SiyuError):
    """A restore was interrupted. Run it again; Siyu starts when it is done."""

    code = "half_restored"


def require_whole(settings: Settings) -> None:
    """HalfRestoredError where a restore has begun and not ended."""
    marker = settings.home / MARKER
    if marker.exists():
        raise HalfRestoredError(f"siyu restore {marker.read_text('utf-8').strip()}")
