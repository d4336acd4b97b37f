"""An emulated corp that is mirrored, for what is posted to its groups and in its members' moments."""

from tests.engines.mirror.conftest import mirror_of

__all__ = ["mirror_of"]
