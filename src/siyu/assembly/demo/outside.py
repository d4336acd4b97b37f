"""The demo's outside as a process, and the settings that lead there and nowhere else."""

from __future__ import annotations

import http.client
import sys
from dataclasses import replace

from siyu.assembly.demo.home import BrandCard, living_path, plan_path
from siyu.assembly.demo.ports import LOOPBACK, outside_port, vendors_port
from siyu.assembly.processes import address_of
from siyu.platform.crypto import derive_key
from siyu.platform.processes import ProcessSpec
from siyu.platform.settings import Settings, ensure_secret_key
from siyu.world.receiver import HEALTH_PATH, MESSAGES_PATH


def demo_settings(settings: Settings, brand: BrandCard) -> Settings:
    """The settings of a demo: the brand, and messages that go to the made-up outside and nowhere else."""
    return replace(
        settings,
        is_demo=True,
        analysts_sql=True,
        inner_addresses=True,
        brand_name=brand.name,
        webhook_url=f"http://{LOOPBACK}:{outside_port(settings)}{MESSAGES_PATH}",
        webhook_secret=derive_key(ensure_secret_key(settings), "webhook of the demo").hex(),
    )


def demo_specs(settings: Settings, brand: BrandCard) -> list[ProcessSpec]:
    """The processes a demo has beside those of every installation: its outside. `settings` are those of `demo_settings`."""
    port = outside_port(settings)
    command = [sys.executable, "-P", "-m", "siyu.world", "--port", str(port), "--seed", str(brand.seed)]
    command += ["--wecom-plan", str(plan_path(settings)), "--wecom-port", str(outside_port(settings, 2))]
    command += ["--siyu-url", settings.base_url, "--siyu-address", address_of(settings)]
    command += ["--vendors-port", str(vendors_port(settings))]
    command += ["--living-plan", str(living_path(settings))]
    command += ["--clock-from", settings.clock_from, "--clock-speed", str(settings.clock_speed)]
    return [
        ProcessSpec(
            name="world",
            command=command,
            environment={"SIYU_WEBHOOK_SECRET": settings.webhook_secret},
            is_ready=lambda: _is_there(port),
        )
    ]


def _is_there(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
