"""Where the demo's outside listens: beside Siyu's own port, on loopback."""

from __future__ import annotations

from siyu.platform.settings import Settings

LOOPBACK = "127.0.0.1"
PORT_MAX = 65_535
PORTS = 3
"""The outside listens on so many."""


def outside_port(settings: Settings, place: int = 1) -> int:
    """The ports beside Siyu's own: the first is that of messages, the second that of WeCom, the third that of vendors."""
    return settings.port + place if settings.port + PORTS <= PORT_MAX else settings.port - place


def outside_addresses(settings: Settings) -> list[tuple[str, int]]:
    """All of them, as (host, port)."""
    return [(LOOPBACK, outside_port(settings, place + 1)) for place in range(PORTS)]


def vendors_port(settings: Settings) -> int:
    """Where the demo's vendors listen."""
    return outside_port(settings, 3)


def wecom_url(settings: Settings) -> str:
    """Where the demo's WeCom is, its pages too."""
    return f"http://{LOOPBACK}:{outside_port(settings, 2)}"
