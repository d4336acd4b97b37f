"""What a form's page carries, and what a visitor's browser keeps: signed, so that nobody makes one up.

The cookie says who a visitor is, and nothing else. The token in the page says of which form and version it is, to whom it was
shown, when, and which page it is: sent twice it is the same page.
"""

from __future__ import annotations

from dataclasses import dataclass

from siyu.kernel.ids import IdSource
from siyu.platform.crypto import derive_key, open_code, sign_code

COOKIE = "siyu_visitor"
COOKIE_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie at most."""
TOKEN_HOURS_MAX = 72
_ID_BYTES = 16
_VISITOR, _PAGE = "form visitor", "form page"


@dataclass(frozen=True, slots=True)
class PageToken:
    """What stands in a page's token."""

    form_id: int
    version: int
    hour: int
    visitor: str
    page_id: str


class FormTokens:
    """Makes and opens both."""

    def __init__(self, secret_key: str) -> None:
        self._visitor_key = derive_key(secret_key, _VISITOR)
        self._page_key = derive_key(secret_key, _PAGE)

    def visitor_cookie(self, visitor: str) -> str:
        return sign_code(self._visitor_key, bytes.fromhex(visitor))

    def open_visitor(self, cookie: str) -> str | None:
        """The visitor of a cookie; None for one that Siyu never made."""
        payload = open_code(self._visitor_key, cookie)
        return payload.hex() if payload is not None and len(payload) == _ID_BYTES else None

    def page_token(self, token: PageToken) -> str:
        return sign_code(
            self._page_key,
            token.form_id.to_bytes(8)
            + token.version.to_bytes(4)
            + token.hour.to_bytes(4)
            + bytes.fromhex(token.visitor)
            + bytes.fromhex(token.page_id),
        )

    def open_page(self, text: str) -> PageToken | None:
        """What a page's token says; None for one that Siyu never made."""
        payload = open_code(self._page_key, text)
        if payload is None or len(payload) != 16 + 2 * _ID_BYTES:
            return None
        return PageToken(
            int.from_bytes(payload[:8]),
            int.from_bytes(payload[8:12]),
            int.from_bytes(payload[12:16]),
            payload[16:32].hex(),
            payload[32:].hex(),
        )


def new_id(ids: IdSource) -> str:
    """A visitor, or a page, that there has not been yet."""
    return ids.new_id().hex


def identity_of(visitor: str) -> str:
    """Under which anonymous id a visitor is known."""
    return f"h5-{visitor}"
