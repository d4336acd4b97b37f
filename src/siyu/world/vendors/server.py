"""The emulated vendors on a port of this machine."""

from __future__ import annotations

from siyu.world.vendors.vendors import Vendors
from siyu.world.wecom.server import LoopbackServer


class VendorServer(LoopbackServer):
    """What stands for the addresses of vendors: `url` for dysmsapi, `url`/sms and `url`/calls in our own protocol."""

    def __init__(self, vendors: Vendors, port: int = 0) -> None:
        self.vendors = vendors
        super().__init__(vendors, vendors.postman, port)
