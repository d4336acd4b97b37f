"""The clients that Segment and RudderStack publish for Node, as they are on npm, against a listening Siyu."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from launcher.console import Console
from launcher.environment import Environment
from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key
from siyu.domain.customers.reading import get_customer
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.events import Event
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.engines.intake.test_draining import drained, named
from tests.faces.api.listening import listening

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECONDS_MAX = 60
SYSTEM = system_actor("test")


@pytest.fixture
def node() -> Path:
    """Node, with the clients beside it; `./siyu test` installs them."""
    assert (HERE / "node_modules" / ".siyu-lock").exists(), "./siyu test tests/clients installs the clients"
    return Console(Environment(ROOT)).node()


@pytest.fixture
def address(database: Database, tmp_path: Path) -> Iterator[str]:
    """A Siyu that listens on loopback."""
    settings = Settings(home=tmp_path)
    with listening(ApiContext(settings=settings, database=database, secret_key="a secret of the tests")) as address:
        yield address


@pytest.mark.parametrize("client", ["segment", "rudder"])
def test_everything_a_client_sends_arrives(client: str, node: Path, address: str, database: Database) -> None:
    with database.begin() as work:
        key = create_key(work, SYSTEM, KeyKind.WRITE, "shop", None).secret
    command = [str(node), str(HERE / f"send-{client}.mjs"), address, key]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    check_arrived(drained(database), database)


def check_arrived(events: list[Event], database: Database) -> None:
    orders = named(events, "order_completed")
    assert sorted(order.properties["order_id"] for order in orders) == sorted(f"o{number}" for number in range(45))
    assert _without_context(_only(events, "screen_viewed")) == {"name": "会员码", "tab": 2}
    assert _without_context(_only(events, "account_joined")) == {"group_id": "g1", "traits": {"plan": "gold"}}
    page = _only(events, "page_viewed")
    assert page.properties["name"] == "首页"
    assert page.properties["category"] == "门店"
    context = dict(page.properties["context"])
    assert context.pop("library")["version"]
    assert context == {
        "locale": "zh-CN",
        "timezone": "Asia/Shanghai",
        "campaign": {"name": "618", "source": "wechat"},
        "device": {"type": "phone"},
    }
    people = {each.profile_id for each in (_only(events, "product_viewed"), _only(events, "article_read"), page)}
    assert len(people) == 3
    with database.read() as reading:
        customers = [get_customer(reading, SYSTEM, profile_id) for profile_id in people]
    assert len({customer.customer_id for customer in customers}) == 1
    assert customers[0].attributes["name"] == "李雷"
    kinds = {each.identity.kind for each in customers[0].identities}
    assert kinds == {"user_id", "anonymous_id", "email"}


def _only(events: list[Event], name: str) -> Event:
    (event,) = named(events, name)
    return event


def _without_context(event: Event) -> Mapping[str, Any]:
    return {name: value for name, value in event.properties.items() if name != "context"}
