"""Opens the addresses that stand in messages."""

from __future__ import annotations

from siyu.domain.content.contracts import SignedAddresses
from siyu.faces.api.context import ApiContext


def addresses_of(context: ApiContext) -> SignedAddresses:
    """Made with the same key as those that were sent."""
    return SignedAddresses(context.settings.base_url, context.secret_key)
