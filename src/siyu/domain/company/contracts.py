"""What room `company` hands out, its events and its errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from siyu.domain.company.auditing_contracts import ALL_LINES, AuditFilter, AuditRow, Outcome
from siyu.domain.company.personas_contracts import (
    OFFICIAL,
    PERSONA_CHANNELS,
    SERVICE_DESK,
    WECOM,
    AccountDraft,
    AccountNumbers,
    AccountsByChannel,
    AccountTakenError,
    Dressed,
    Persona,
    PersonaAccount,
    PersonaDraft,
    PersonaLimits,
    StalePersonaError,
    ThrottleReason,
    WatchedAccount,
)
from siyu.domain.company.roles_contracts import PartnerScopeError, Role
from siyu.domain.company.second_step_contracts import (
    NewSecondStep,
    NoSecondStepError,
    SecondStep,
    SecondStepNeededError,
    SecondStepTakenError,
    UnauthenticatedError,
    WrongCodeError,
    WrongSecondStepError,
)
from siyu.domain.company.setting_up_contracts import AlreadySetUpError, WrongSetupCodeError
from siyu.domain.company.sign_on_contracts import (
    SignOn,
    SignOnDraft,
    SignOnEmailError,
    SignOnStateError,
    SignOnUnknownError,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import BusyError, ConflictError, ForbiddenError, InvalidError, SiyuError

__all__ = [
    "ALL_LINES",
    "OFFICIAL",
    "PERSONA_CHANNELS",
    "SERVICE_DESK",
    "WECOM",
    "AccountDraft",
    "AccountNumbers",
    "AccountTakenError",
    "AccountsByChannel",
    "AlreadySetUpError",
    "AuditFilter",
    "AuditRow",
    "Dressed",
    "NewSecondStep",
    "NoSecondStepError",
    "Outcome",
    "PartnerScopeError",
    "Persona",
    "PersonaAccount",
    "PersonaDraft",
    "PersonaLimits",
    "Role",
    "SecondStep",
    "SecondStepNeededError",
    "SecondStepTakenError",
    "SignOn",
    "SignOnDraft",
    "SignOnEmailError",
    "SignOnStateError",
    "SignOnUnknownError",
    "StalePersonaError",
    "ThrottleReason",
    "UnauthenticatedError",
    "WatchedAccount",
    "WrongCodeError",
    "WrongSecondStepError",
    "WrongSetupCodeError",
]
"""What of this door is written in the files beside it."""

SESSION_AGE_MAX = timedelta(days=14)
"""A session ends after this time in any case."""

UNIT_MOVED = "unit_moved"
"""A unit and all below it have new paths: {unit_id, old_path, new_path}."""


class KeyKind(StrEnum):
    """`write`: may send events and nothing else, so it may stand in a web page. `api`: acts with the rights of a role."""

    WRITE = "write"
    API = "api"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the company (region, store …). `path` lists the ids from the root to it: "1.4.9."."""

    unit_id: int
    parent_id: int | None
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who may log in. `own_only`: sees just the customers in their own custody."""

    staff_id: int
    name: str
    email: str
    role: Role
    unit_id: int
    unit_name: str
    own_only: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A log-in that succeeded. `token` goes into the cookie and is kept nowhere else."""

    token: str
    expires_at: datetime
    staff: Staff
    actor: Actor


@dataclass(frozen=True, slots=True)
class RefusedLogIn:
    """A log-in that failed, and the error to answer with."""

    error: SiyuError


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that was found by its token and holds. `expires_at` may just have slid."""

    staff: Staff
    actor: Actor
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """A program's key, without its secret; `prefix` is how the secret begins."""

    key_id: int
    kind: KeyKind
    name: str
    prefix: str
    role: Role | None
    unit_id: int | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A new key and its secret, which cannot be had again."""

    key: Key
    secret: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a member of staff is to be told. With the same `key` it is the same letter. `links` are (what it says, address); `brief`
    is what a few lines can hold."""

    key: str
    title: str
    body_html: str
    body_text: str
    links: Sequence[tuple[str, str]] = ()
    brief: str = ""


class StaffPost(Protocol):
    """A way to staff. Implemented by channels."""

    def post(self, to: Staff, letter: Letter) -> None:
        """Hands a letter over. PostDelayedError where it surely was not sent and may be tried again, PostRefusedError where it
        surely was not and never will be; of any other error nobody knows whether it was."""


class PostDelayedError(BusyError):
    """This could not be sent now; it will be tried again."""

    code = "post_delayed"


class PostRefusedError(InvalidError):
    """This was refused, and trying again would not help."""

    code = "post_refused"


WELCOME_SENT = "welcome_sent"
"""A new contact was greeted: {corp_id, userid, state, seconds, is_assumed}; assumed, where an answer was lost and WeCom then said
that it had been delivered."""

WELCOME_FAILED = "welcome_failed"
"""A new contact was not greeted: {corp_id, userid, state, reason, errcode}."""

WECOM_URL = "https://qyapi.weixin.qq.com"
"""Where WeCom is, if not emulated."""


@dataclass(frozen=True, slots=True)
class WecomRules:
    """What the documents of WeCom leave open or may be changed for a corp; the defaults are the strict reading."""

    concurrency_max: int = 12
    calls_per_minute: int = 10_000
    calls_per_hour: int = 150_000
    welcome_seconds: int = 20


@dataclass(frozen=True, slots=True)
class WecomSecrets:
    """All that must not be shown. `app_secret` is the own app's, `contacts_secret` the address book's."""

    app_secret: str = field(default="", repr=False)
    contacts_secret: str = field(default="", repr=False)
    callback_token: str = field(default="", repr=False)
    encoding_aes_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WelcomeLink:
    """A link under a welcome."""

    title: str
    url: str
    description: str = ""
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class WelcomeMessage:
    """What a new contact is greeted with; pictures are addresses of `media/uploadimg`, which last."""

    text: str = ""
    links: Sequence[WelcomeLink] = ()
    image_urls: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class WelcomeRule:
    """A greeting of its own for who comes by a channel: its `state` as the code carries it; one that ends in * means all that
    begin so."""

    state: str
    message: WelcomeMessage


@dataclass(frozen=True, slots=True)
class WelcomePlan:
    """The first rule that fits, or else the default; None greets nobody."""

    default: WelcomeMessage | None = None
    rules: Sequence[WelcomeRule] = ()


@dataclass(frozen=True, slots=True)
class WecomFinding:
    """What a check of a connection found: where (`app`, `contacts`, `callback`), and a stable code; `errcode` is WeCom's."""

    place: str
    code: str
    errcode: int = 0


@dataclass(frozen=True, slots=True)
class WecomCorp:
    """A corp as a page shows it; of secrets only whether there are any. `findings` is None before the first check."""

    corp_id: str
    name: str
    base_url: str
    agent_id: int
    has: Mapping[str, bool]
    rules: WecomRules
    welcome: WelcomePlan
    is_enabled: bool
    changed_at: datetime
    checked_at: datetime | None
    findings: Sequence[WecomFinding] | None


@dataclass(frozen=True, slots=True)
class WecomConnection:
    """A corp with all that is needed to talk to it. Never leaves the process."""

    corp_id: str
    base_url: str
    agent_id: int
    secrets: WecomSecrets
    rules: WecomRules
    welcome: WelcomePlan
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class WecomCallback:
    """Something that WeCom called back with: its documented fields by name; what is a list there is a list here."""

    callback_id: int
    corp_id: str
    event: str
    change: str
    happened_at: datetime
    fields: Mapping[str, str | Sequence[str]]


class WrongCredentialsError(UnauthenticatedError):
    """The e-mail or the password is wrong."""

    code = "wrong_credentials"


class TooManyAttemptsError(BusyError):
    """Too many failed log-ins; wait before you try again."""

    code = "too_many_attempts"


class CsrfError(ForbiddenError):
    """The request does not carry the token of your session; reload the page."""

    code = "csrf"


class WeakPasswordError(InvalidError):
    """This password is too short, too long or too well known."""

    code = "weak_password"


class WrongPasswordError(InvalidError):
    """The current password is wrong."""

    code = "wrong_password"


class EmailTakenError(ConflictError):
    """Somebody with this e-mail exists already."""

    code = "email_taken"


class UnitCycleError(ConflictError):
    """A unit cannot be moved below itself."""

    code = "unit_cycle"


class LastAdminError(ConflictError):
    """This is the last administrator, who has to stay."""

    code = "last_admin"
