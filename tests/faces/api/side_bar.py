"""What a member who is logged in gets for the side bar beside a chat."""

from __future__ import annotations

from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.content import service as content
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState
from siyu.engines.reach.by_hand import ByHand
from siyu.engines.reach.ending import hand_out_once
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.shares import files_folder
from siyu.kernel.actors import system_actor
from siyu.platform.callbacks.envelope import page_signature
from tests.channels.wecom.emulated import SECRET, Emulated
from tests.engines.reach.reaching import ask, reach_by
from tests.engines.scenery import SIYU, send, some_customers

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
    _pictures_of_what_goes_by_hand(client, context, headers)


def _pictures_of_what_goes_by_hand(client: TestClient, context: ApiContext, headers: dict[str, str]) -> None:
    """One that WeCom has is told by its id; nothing of the own network goes there, and nothing of what is somebody else's."""
    database = context.database
    hers, his = some_customers(database, 2)
    staff_id = client.get("/api/session").json()["staff"]["staff_id"]
    pictures = [{"kind": "image", "media_id": "m1"}, {"kind": "image", "url": "http://127.0.0.1:9/a.png"}]
    with database.begin() as work:
        unit = company.list_units(work, SIYU)[0].unit_id
        admin = work.driver.execute("SELECT min(staff_id) FROM company.staff").fetchall()[0][0]
        for customer, keeper in ((hers, staff_id), (his, admin)):
            customers.set_custody(work, SIYU, customer, unit_id=unit, staff_id=keeper)
            customers.set_consent(
                work, SIYU, customer, channel="wecom", purpose="marketing", state=ConsentState.GRANTED
            )
    reach = reach_by(ByHand())
    ask(database, reach, [hers, his], {**send(), "channel": "hand", "attachments": pictures})
    assert hand_out_once(database, reach) == 2
    (task,) = client.get("/api/reach/hand-tasks").json()["rows"]

    def put(place: int, message_id: int = task["message_id"], customer_id: int = hers) -> tuple[int, str | None]:
        wanted = {"message_id": message_id, "customer_id": customer_id, "place": place}
        answer = client.post("/api/sidebar/pictures", json=wanted, headers=headers)
        return answer.status_code, answer.json().get("media_id")

    assert put(0) == (200, "m1")
    assert put(1) == put(2) == (404, None)
    with database.read() as reading:
        ((other,),) = reading.driver.execute(
            "SELECT message_id FROM messages.hand_tasks WHERE staff_id = %s", (admin,)
        ).fetchall()
    assert put(0, other, his) == (404, None)
