"""The vendors of the demo's brands."""

from __future__ import annotations

from typing import Final

from siyu.kernel.clock import Clock
from siyu.platform.crypto import derive_key
from siyu.world.population.camp.brand import BRAND_NAME as CAMP_NAME
from siyu.world.population.tea.brand import BRAND_NAME as TEA_NAME
from siyu.world.vendors.server import VendorServer
from siyu.world.vendors.vendors import Manners, Vendors

DEMO_ACCOUNT: Final = "demo"


def vendor_secret(key: str) -> str:
    """The secret that both sides make of the one they share."""
    return derive_key(key, "vendors of the brand").hex()


def brand_vendors(port: int, key: str, siyu_url: str, seed: int, clock: Clock) -> VendorServer:
    """Both vendors, ready to be started; what they tell goes to the demo."""
    vendors = Vendors(clock, Manners(seed=seed))
    vendors.account.secret, vendors.account.sign_names = vendor_secret(key), frozenset({CAMP_NAME, TEA_NAME})
    vendors.account.sms_url = f"{siyu_url}/callbacks/sms/{DEMO_ACCOUNT}"
    vendors.account.calls_url = f"{siyu_url}/callbacks/aicall/{DEMO_ACCOUNT}"
    return VendorServer(vendors, port)
