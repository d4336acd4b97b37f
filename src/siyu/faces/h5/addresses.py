"""Opens the addresses that stand in messages."""

from __future__ import annotations

from siyu.domain.content.contracts import CODE_PATH, FORM_PATH, SignedAddresses
from siyu.faces.api.context import ApiContext


def addresses_of(context: ApiContext) -> SignedAddresses:
    """Made with the same key as those that were sent."""
    return SignedAddresses(context.settings.base_url, context.secret_key)


def is_for_persons(context: ApiContext, url: str) -> bool:
    """Whether an address leads to one of our forms or codes, where a person may be known by the address."""
    return url.startswith((context.settings.base_url + CODE_PATH, context.settings.base_url + FORM_PATH))


def personal_address(context: ApiContext, url: str, profile_id: int) -> str:
    """The same form or code for one person; another address, and one that is somebody's already, as it is."""
    addresses, base = addresses_of(context), context.settings.base_url
    code = addresses.open_code(_code_in(url, base + CODE_PATH))
    if code is not None and code[1] is None:
        return addresses.personal_code_url(code[0], profile_id)
    form = addresses.open_form(_code_in(url, base + FORM_PATH))
    if form is not None and form[1] is None:
        return addresses.personal_form_url(form[0], profile_id)
    return url


def _code_in(url: str, start: str) -> str:
    return url.removeprefix(start).partition("?")[0] if url.startswith(start) else ""
