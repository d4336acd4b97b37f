"""Connections to WeCom: corps and their secrets, checks, welcomes, callbacks that came."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.assembly import wecom_admin
from siyu.domain.company import contracts, service
from siyu.domain.company.contracts import WelcomeLink, WelcomeMessage, WelcomePlan, WelcomeRule
from siyu.faces.api.access import Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.wecom_words import words_of

router = APIRouter(prefix="/api/wecom", tags=["wecom"])

Short = Annotated[str, Field(max_length=200)]
Url = Annotated[str, Field(max_length=2000)]
Secret = Annotated[str, Field(max_length=200, repr=False)]
State = Literal["waiting", "done", "unknown", "failed"]


class WecomRules(BaseModel):
    """What WeCom's documents leave open, or what may be agreed otherwise for a corp."""

    concurrency_max: Annotated[int, Field(ge=1, le=100)] = 12
    calls_per_minute: Annotated[int, Field(ge=60, le=1_000_000)] = 10_000
    calls_per_hour: Annotated[int, Field(ge=600, le=100_000_000)] = 150_000
    welcome_seconds: Annotated[int, Field(ge=1, le=20)] = 20


class WelcomeLinkBody(BaseModel):
    """A link under a welcome."""

    title: Short
    url: Url
    description: Annotated[str, Field(max_length=512)] = ""
    picture_url: Url = ""


class WelcomeMessageBody(BaseModel):
    """What a new contact is greeted with."""

    text: Annotated[str, Field(max_length=4000)] = ""
    links: Annotated[list[WelcomeLinkBody], Field(max_length=9)] = []
    image_urls: Annotated[list[Url], Field(max_length=9)] = []


class WelcomeRuleBody(BaseModel):
    """A greeting for who comes by a channel; a state that ends in * means all that begin so."""

    state: Short
    message: WelcomeMessageBody


class WelcomePlanBody(BaseModel):
    """The first rule that fits, or else the default; without either nobody is greeted."""

    default: WelcomeMessageBody | None = None
    rules: Annotated[list[WelcomeRuleBody], Field(max_length=200)] = []


class WecomFinding(BaseModel):
    """What is wrong, where, and what to do about it. `errcode` is WeCom's own, 0 where there is none."""

    place: str
    code: str
    errcode: int
    zh: str
    en: str


class WecomCorp(BaseModel):
    """A corp that is connected; `has` says which secrets are there. `findings` is null before the first check."""

    corp_id: str
    name: str
    base_url: str
    agent_id: int
    has: dict[str, bool]
    rules: WecomRules
    welcome: WelcomePlanBody
    is_enabled: bool
    changed_at: datetime
    checked_at: datetime | None
    findings: list[WecomFinding] | None
    callback_url: str


class WecomCorpDraft(BaseModel):
    """A connection as it is to be; secrets that are empty stay as they were."""

    name: Short
    agent_id: Annotated[int, Field(ge=0, le=2**53)]
    app_secret: Secret = ""
    contacts_secret: Secret = ""
    callback_token: Secret = ""
    encoding_aes_key: Secret = ""
    base_url: Url = ""
    rules: WecomRules = WecomRules()
    is_enabled: bool = True


class CallbackKeys(BaseModel):
    """A token and a key that nobody has used."""

    callback_token: str
    encoding_aes_key: str


class KeptCallback(BaseModel):
    """A callback that came, without what it told; `reason` says why it failed."""

    callback_id: int
    event: str
    change: str
    happened_at: datetime
    received_at: datetime
    state: State
    attempts: int
    reason: str


class CallbackPage(BaseModel):
    """Callbacks, the newest first, and how many there are in each state."""

    rows: list[KeptCallback]
    next_after: str | None
    counts: dict[str, int]


class Retry(BaseModel):
    """Which to take up again; without any, all that failed."""

    callback_ids: Annotated[list[Id], Field(max_length=500)] | None = None


class Retried(BaseModel):
    """How many are taken up again."""

    count: int


@router.get("/corps", summary="Corps of WeCom that are connected")
def list_wecom_corps(actor: CurrentActor, reading: ReadOnly, context: Context) -> list[WecomCorp]:
    return [_corp(context, each) for each in service.list_wecom_corps(reading, actor)]


@router.put("/corps/{corp_id}", summary="Connect a corp, or change how it is connected")
def save_wecom_corp(
    actor: CurrentActor, work: Work, context: Context, corp_id: str, draft: WecomCorpDraft
) -> WecomCorp:
    secrets = contracts.WecomSecrets(
        draft.app_secret, draft.contacts_secret, draft.callback_token, draft.encoding_aes_key
    )
    saved = service.save_wecom_corp(
        work,
        actor,
        corp_id,
        draft.name,
        agent_id=draft.agent_id,
        secrets=secrets,
        base_url=draft.base_url,
        rules=contracts.WecomRules(**draft.rules.model_dump()),
        is_enabled=draft.is_enabled,
    )
    return _corp(context, saved)


@router.put("/corps/{corp_id}/welcome", summary="What new contacts are greeted with")
def save_wecom_welcome(
    actor: CurrentActor, work: Work, context: Context, corp_id: str, plan: WelcomePlanBody
) -> WecomCorp:
    told = WelcomePlan(
        None if plan.default is None else _message(plan.default),
        [WelcomeRule(rule.state, _message(rule.message)) for rule in plan.rules],
    )
    return _corp(context, service.save_wecom_welcome(work, actor, corp_id, told))


@router.post("/corps/{corp_id}/check", summary="Try a connection out")
def check_wecom_corp(actor: CurrentActor, context: Context, corp_id: str) -> WecomCorp:
    return _corp(context, wecom_admin.check_corp(context.database, actor, corp_id))


@router.post("/callback-keys", summary="A new token and key for callbacks")
def new_callback_keys(actor: CurrentActor, work: Work) -> CallbackKeys:
    token, key = service.new_callback_keys(work, actor)
    return CallbackKeys(callback_token=token, encoding_aes_key=key)


@router.get("/corps/{corp_id}/callbacks", summary="Callbacks that came")
def list_wecom_callbacks(
    actor: CurrentActor,
    reading: ReadOnly,
    corp_id: str,
    page: Paging,
    state: Annotated[list[State] | None, Query()] = None,
) -> CallbackPage:
    found = wecom_admin.list_callbacks(reading, actor, corp_id, page, state or ())
    return CallbackPage(
        rows=[KeptCallback.model_validate(asdict(each)) for each in found.rows],
        next_after=found.next_after,
        counts=wecom_admin.count_callbacks(reading, actor, corp_id),
    )


@router.post("/corps/{corp_id}/callbacks/retry", summary="Take callbacks up again")
def retry_wecom_callbacks(actor: CurrentActor, work: Work, corp_id: str, wanted: Retry) -> Retried:
    return Retried(count=wecom_admin.retry_callbacks(work, actor, corp_id, wanted.callback_ids))


def _message(body: WelcomeMessageBody) -> WelcomeMessage:
    links = [WelcomeLink(link.title, link.url, link.description, link.picture_url) for link in body.links]
    return WelcomeMessage(body.text, links, body.image_urls)


def _corp(context: Context, corp: contracts.WecomCorp) -> WecomCorp:
    told = asdict(corp)
    told["callback_url"] = f"{context.settings.base_url}/callbacks/wecom/{corp.corp_id}"
    if corp.findings is not None:
        told["findings"] = [
            asdict(each) | dict(zip(("zh", "en"), words_of(each.code), strict=True)) for each in corp.findings
        ]
    return WecomCorp.model_validate(told)
