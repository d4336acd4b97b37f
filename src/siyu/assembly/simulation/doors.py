"""Where the outside knocks: what each door keeps in one transaction, before it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from siyu.assembly.simulation.office import CORP_ID
from siyu.assembly.vendor_callbacks import callback_token, take_bounces, take_call_callback, take_sms_callback
from siyu.assembly.wechat import take_account_callback
from siyu.assembly.wecom import take_callback
from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.customers.contracts import MARKETING, ConsentState, Evidence
from siyu.domain.customers.reading import current_customer_ids, erased_among
from siyu.domain.customers.service import set_consent
from siyu.kernel.actors import Actor, ActorKind
from siyu.platform.postgres.database import UnitOfWork

SECRET: Final = "simulated"  # noqa: S105  # it protects nothing
BASE_URL: Final = "http://siyu.invalid"
SIGNED_PARTS: Final = ("signature", "timestamp", "nonce", "msg_signature")

Take = Callable[[Callable[[UnitOfWork], object]], int]
"""Keeps something in a transaction; gives the status: 200 where it was committed, 500 where the database refused, 0 where
whoever answered died."""


class Doors:
    """All of them, as their faces have them."""

    def __init__(self, take: Take) -> None:
        self._take, self._addresses = take, SignedAddresses(BASE_URL, SECRET)

    def wecom(self, told: Mapping[str, str], body: bytes) -> int:
        """A callback of WeCom's; `told` is what stands behind the address."""
        signed = told["msg_signature"], told["timestamp"], told["nonce"]
        return self._take(lambda work: take_callback(work, CORP_ID, *signed, body))

    def texts(self, account: str, signature: str, body: bytes) -> int:
        """What a vendor of text messages tells."""
        token = callback_token(SECRET, "sms", account)
        return self._take(lambda work: take_sms_callback(work, SECRET, account, body, token=token, signature=signature))

    def calls(self, account: str, signature: str, body: bytes) -> int:
        """What a vendor of calls tells."""
        return self._take(lambda work: take_call_callback(work, account, body, signature))

    def bounces(self, body: bytes) -> int:
        """Letters that came back."""
        token = callback_token(SECRET, "mail", "mail")
        return self._take(lambda work: take_bounces(work, SECRET, token, body, "application/json"))

    def one_click(self, url: str) -> int:
        """A program of mail asks for no more letters, at the address that its letter names."""
        opened = self._addresses.open_preferences(urlsplit(url).path.rpartition("/")[2])
        if opened is None:
            return 404
        return self._take(lambda work: _refuse_letters(work, opened[0]))

    def account(self, app_id: str, told: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """A callback of an Official Account, and what is answered to it at once."""
        signature, timestamp, nonce, sealed = (told.get(part, "") for part in SIGNED_PARTS)
        said: list[str] = []
        status = self._take(
            lambda work: said.append(
                take_account_callback(work, self._addresses, app_id, (signature, timestamp, nonce, sealed), body)
            )
        )
        return status, said[-1] if said and status == 200 else ""


def _refuse_letters(work: UnitOfWork, told_id: int) -> None:
    customer_id = current_customer_ids(work, [told_id])[told_id]
    if erased_among(work, [customer_id]):
        return
    actor = Actor(ActorKind.CUSTOMER, str(customer_id), frozenset({"consent.write"}))
    evidence = Evidence(source="h5", notice="List-Unsubscribe=One-Click")
    set_consent(
        work,
        actor,
        customer_id,
        channel="mail",
        purpose=MARKETING,
        state=ConsentState.WITHDRAWN,
        evidence=evidence,
    )
