"""What a member who is logged in gets for the side bar beside a chat."""

from __future__ import annotations

from fastapi.testclient import TestClient

from siyu.domain.content import service as content
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.shares import files_folder
from siyu.kernel.actors import system_actor
from siyu.platform.callbacks.envelope import page_signature
from tests.channels.wecom.emulated import SECRET, Emulated

PICTURE = b"\x89PNG\r\n\x1a\n0000"


def side_bar_is_theirs(client: TestClient, context: ApiContext, emulated: Emulated) -> None:
    """Its address is signed as WeCom checks it, and a file is put there once."""
    told = client.get("/api/sidebar/signature", params={"page": "/sidebar?a=1"}).json()
    ticket = emulated.corp.tickets.given["agent_config", SECRET].text
    page = f"{context.settings.base_url}/sidebar?a=1"
    assert told["agent_signature"] == page_signature(ticket, told["nonce"], told["timestamp"], page)
    assert told["corp_signature"] != told["agent_signature"]
    assert told["scripts"] == [f"{emulated.url}/pages/wx.js"]
    with context.database.begin() as work:
        file = content.keep_file(work, system_actor("test"), files_folder(context), "a.png", PICTURE)
    headers = {"X-CSRF-Token": client.get("/api/session").json()["csrf_token"]}
    wanted = {"file_id": file.file_id}
    told_ids = [client.post("/api/sidebar/files", json=wanted, headers=headers).json()["media_id"] for _ in range(2)]
    assert told_ids[0] == told_ids[1]
    assert emulated.corp.media.content(told_ids[0]) == PICTURE
