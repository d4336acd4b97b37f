"""Pictures carried to WeCom, which shows in messages and greetings none but those that were put there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.errors import WecomRefusedError
from siyu.channels.wecom.media import MediaKind, upload
from siyu.kernel.clock import Clock

NO_PICTURE: Final = 40007
"""WeCom's code for a picture that is none, or is gone."""
OWN_PICTURES: Final = "https://wework.qpic.cn/"
"""How addresses of pictures begin that stand there already."""

Fetch = Callable[[str], bytes | None]
"""The picture at an address; None where there is none."""


class Carrier:
    """Puts the pictures of a content there right before it is asked for: what is put there lasts for three days."""

    def __init__(self, wecom: Wecom, clock: Clock, fetch: Fetch) -> None:
        self._wecom, self._clock, self._fetch = wecom, clock, fetch

    def body(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A content whose pictures are all WeCom's. WecomRefusedError for one that is not to be had."""
        return {**body, "attachments": [self.attachment(each) for each in body.get("attachments", ())]}

    def attachment(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        url = str(given.get("url") or "")
        if given["kind"] != "image" or given.get("media_id") or url.startswith(OWN_PICTURES):
            return given
        content = self._fetch(url)
        if content is None:
            raise WecomRefusedError(NO_PICTURE, "media/upload")
        put = upload(self._wecom, MediaKind.IMAGE, "picture", content, self._clock.now())
        return {"kind": "image", "media_id": put.media_id}
