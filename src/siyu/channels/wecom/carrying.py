"""Pictures carried to WeCom, which shows in messages and greetings none but those that were put there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.errors import WecomRefusedError
from siyu.channels.wecom.media import MediaKind, upload, upload_image
from siyu.kernel.clock import Clock

NO_PICTURE: Final = 40007
"""WeCom's code for a picture that is none, or is gone."""
OWN_PICTURES: Final = "https://wework.qpic.cn/"
"""How addresses of pictures begin that stand there already."""

Fetch = Callable[[str], bytes | None]
"""The picture at an address; None where there is none."""


class Carrier:
    """Puts the pictures of a content there right before it is asked for."""

    def __init__(self, wecom: Wecom, clock: Clock, fetch: Fetch) -> None:
        self._wecom, self._clock, self._fetch = wecom, clock, fetch

    def body(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A content that goes out now, its pictures all WeCom's for three days. WecomRefusedError for one that is not to be had."""
        return {**body, "attachments": [self._for_now(each) for each in body.get("attachments", ())]}

    def lasting(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """One attachment of what stays; a picture is put there for ever, and may be of a fifth of the size."""
        content = self._content(given)
        return given if content is None else {"kind": "image", "url": upload_image(self._wecom, "picture", content)}

    def _for_now(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        content = self._content(given)
        if content is None:
            return given
        put = upload(self._wecom, MediaKind.IMAGE, "picture", content, self._clock.now())
        return {"kind": "image", "media_id": put.media_id}

    def _content(self, given: Mapping[str, Any]) -> bytes | None:
        """The picture that has to be carried; None for what is no picture, or is there already."""
        url = str(given.get("url") or "")
        if given["kind"] != "image" or given.get("media_id") or url.startswith(OWN_PICTURES):
            return None
        content = self._fetch(url)
        if content is None:
            raise WecomRefusedError(NO_PICTURE, "media/upload")
        return content
