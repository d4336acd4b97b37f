"""The demo's vendors of text messages and calls, which its outside emulates; connected as any other."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.brand import ACTOR, DemoBrand
from siyu.assembly.demo.ports import LOOPBACK, vendors_port
from siyu.assembly.installation import Installation
from siyu.domain.connections.contracts import ConnectionKind
from siyu.domain.connections.service import find_live_connection, save_connection
from siyu.world.vendors.brand import DEMO_ACCOUNT, vendor_secret

NAMES: Final = {ConnectionKind.SMS: "演示短信", ConnectionKind.AICALL: "演示外呼"}
PATHS: Final = {ConnectionKind.SMS: "/sms", ConnectionKind.AICALL: "/calls"}


def connect_demo_channels(installation: Installation, brand: DemoBrand) -> None:
    """Connects the vendors; done before, it only looks after the address, which may be another than the last time."""
    secrets = {"secret": vendor_secret(installation.settings.webhook_secret)}
    for kind, path in PATHS.items():
        base_url = f"http://{LOOPBACK}:{vendors_port(installation.settings)}{path}"
        with installation.database.begin() as work:
            known = find_live_connection(work, ACTOR, kind, DEMO_ACCOUNT)
            if known is not None and (known.base_url, known.secrets) == (base_url, secrets):
                continue
            save_connection(
                work,
                ACTOR,
                kind,
                DEMO_ACCOUNT,
                vendor="generic",
                name=NAMES[kind],
                base_url=base_url,
                secrets=secrets,
                settings=known.settings if known else brand.vendors[kind],
                is_enabled=known.is_enabled if known else True,
            )
