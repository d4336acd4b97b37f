"""Before all events; what stands for everything else of a query is the platform's."""

from __future__ import annotations

from siyu.domain.segments.contracts import NEVER_MS

LONG_AGO = -NEVER_MS
"""Before all events."""
