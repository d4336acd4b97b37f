"""An emulated corp whose staff are known here, and sources of ways aimed at it."""

from __future__ import annotations

from tests.engines.mirror.conftest import mirror_of

__all__ = ["mirror_of"]
