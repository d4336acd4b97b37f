"""The applications of a corp: who calls with which secret, what of the corp each may see, and where it wants to be called."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from siyu.world.wecom.crypto import Envelope

ROOT_DEPARTMENT = 1


class AppKind(StrEnum):
    """An own app; the system app of customer contact; the secret that only reads and writes staff."""

    OWN = "own"
    CUSTOMERS = "customers"
    CONTACTS = "contacts"


@dataclass(slots=True)
class Callback:
    """Where an app is called, and with which token and key."""

    url: str
    token: str
    encoding_aes_key: str

    def envelope(self, corp_id: str) -> Envelope:
        return Envelope(self.token, self.encoding_aes_key, corp_id)


@dataclass(slots=True)
class App:
    """One application. `trusted_ips` None asks nobody where they call from."""

    agent_id: int
    secret: str
    name: str = "app"
    kind: AppKind = AppKind.OWN
    is_enabled: bool = True
    may_call_customers: bool = True
    may_call_kf: bool = True
    departments: set[int] = field(default_factory=lambda: {ROOT_DEPARTMENT})
    users: set[str] = field(default_factory=set)
    trusted_ips: set[str] | None = None
    trusted_domains: set[str] = field(default_factory=set)
    callback: Callback | None = None
    # Staff's phone numbers and e-mail are not told to apps that were made after June 2022.
    is_made_before_2022: bool = False
