"""Several corps to log in by: then, and only then, everybody is told between which to choose."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from siyu.domain.company.contracts import WecomSecrets
from siyu.domain.company.service import save_wecom_corp
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database


def test_who_logs_in_chooses_among_several_corps(client: TestClient, database: Database) -> None:
    def connect(corp_id: str, name: str, *, is_enabled: bool = True) -> Any:
        with database.begin() as work:
            secrets = WecomSecrets("the secret of an app")
            save_wecom_corp(
                work, system_actor("test"), corp_id, name, agent_id=1, secrets=secrets, is_enabled=is_enabled
            )
        return client.get("/api/session/wecom/available").json()

    assert connect("ww1", "总部") == {"is_there": True, "corps": []}
    corps = [{"corp_id": "ww2", "name": "二号店"}, {"corp_id": "ww1", "name": "总部"}]
    told = connect("ww2", "二号店")
    assert sorted(told["corps"], key=str) == sorted(corps, key=str)
    for corp_id in ("ww1", "ww2"):
        asked = client.get("/api/session/wecom", params={"corp_id": corp_id}, follow_redirects=False)
        assert f"appid={corp_id}" in asked.headers["location"]
    assert connect("ww2", "二号店", is_enabled=False) == {"is_there": True, "corps": []}
