"""Connections of channels: accounts of WeChat and vendors, their checks; and what is done as an Official Account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.assembly import channels_admin
from siyu.domain.connections import contracts, service
from siyu.domain.connections.contracts import CONNECTION_RULES, ConnectionKind
from siyu.faces.api.access import ONLY_READS, Context, CurrentActor, ReadOnly, Work
from siyu.faces.api.channels_words import words_of
from siyu.kernel.actors import Actor

router = APIRouter(prefix="/api/channels", tags=["channels"])

Short = Annotated[str, Field(max_length=100)]
Url = Annotated[str, Field(max_length=2000)]
Setting = str | Annotated[int, Field(ge=-(2**31), le=2**31 - 1)] | bool


class SettingRule(BaseModel):
    """One setting: what it is at first and what it may be."""

    name: str
    default: Setting
    least: int
    most: int
    length_max: int
    choices: list[str]
    is_needed: bool


class SecretRule(BaseModel):
    """One secret, and whether there has to be one."""

    name: str
    is_needed: bool


class ConnectionRule(BaseModel):
    """What a connection of one kind and vendor is made of. An empty `base_url` has to be told."""

    kind: ConnectionKind
    vendor: str
    base_url: str
    secrets: list[SecretRule]
    settings: list[SettingRule]


class ConnectionFinding(BaseModel):
    """What is wrong and what to do about it. `told` is what the other side called it."""

    code: str
    told: str
    zh: str
    en: str


class ChannelConnection(BaseModel):
    """A connection; `has` says which secrets are there. `findings` is null before the first check. `callback_url` is for those
    who may change it alone: some of them nobody else may know."""

    kind: ConnectionKind
    account: str
    vendor: str
    name: str
    base_url: str
    has: dict[str, bool]
    settings: dict[str, Setting]
    is_enabled: bool
    changed_at: datetime
    checked_at: datetime | None
    findings: list[ConnectionFinding] | None
    callback_url: str | None
    followers: int | None


class ServerChannel(BaseModel):
    """A channel that the settings of the installation make (`mail`, `webhook`); `address` is where it goes out."""

    name: str
    is_on: bool
    address: str
    callback_url: str | None


class Channels(BaseModel):
    """All that messages can go out by, but for WeCom, which has a page of its own."""

    connections: list[ChannelConnection]
    servers: list[ServerChannel]
    rules: list[ConnectionRule]


class ConnectionDraft(BaseModel):
    """A connection as it is to be; secrets that are empty stay as they were."""

    vendor: Short
    name: Short
    base_url: Url = ""
    secrets: Annotated[dict[Short, Annotated[str, Field(max_length=500)]], Field(max_length=10, repr=False)] = {}
    settings: Annotated[dict[Short, Setting], Field(max_length=30)] = {}
    is_enabled: bool = True


class AccountMenu(BaseModel):
    """The menu that was published last, and the one that is in force at WeChat; they differ where somebody changed it there."""

    version: int | None
    published_at: datetime | None
    published_by: str | None
    buttons: list[dict[str, Any]]
    in_force: list[dict[str, Any]]


class MenuDraft(BaseModel):
    """The buttons: {name, and either `buttons` below it, or `kind` (view, click, miniprogram) with what it does}."""

    buttons: Annotated[list[dict[str, Any]], Field(max_length=3)]


class SceneCode(BaseModel):
    """A code with a scene; `picture_url` is its picture at WeChat. `expires_at` is null for one that lasts."""

    scene: str
    name: str
    url: str
    picture_url: str
    made_at: datetime
    expires_at: datetime | None


class SceneCodeDraft(BaseModel):
    """Which code to make; without `days` it lasts for ever."""

    scene: Annotated[str, Field(min_length=1, max_length=64)]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    days: Annotated[int, Field(ge=1, le=30)] | None = None


class AccountTemplate(BaseModel):
    """A template of an account, and its text with its places."""

    template_id: str
    title: str
    content: str


class UrlLinkDraft(BaseModel):
    """Where in a mini program a link leads."""

    path: Annotated[str, Field(max_length=1000)]
    query: Annotated[str, Field(max_length=1024)] = ""


class UrlLink(BaseModel):
    """An address that opens a mini program from anywhere."""

    url: str


class SmsText(BaseModel):
    """What a text message would look like."""

    body: Annotated[str, Field(max_length=2000)]
    link_url: Url | None = None
    purpose: Annotated[str, Field(pattern="^(marketing|service)$")] = "marketing"


class SmsPreview(BaseModel):
    """The text with its signature, how many messages it is paid as, and what that costs."""

    text: str
    characters: int
    segments: int
    cost_fen: int


@router.get("", summary="What messages can go out by")
def list_channels(actor: CurrentActor, reading: ReadOnly, context: Context) -> Channels:
    connections = service.list_connections(reading, actor)
    followers = channels_admin.count_followers(reading, actor)
    return Channels(
        connections=[_connection(context, actor, each, followers) for each in connections],
        servers=[ServerChannel(**each) for each in channels_admin.servers(context.settings, context.secret_key, actor)],
        rules=[_rule(each) for each in CONNECTION_RULES],
    )


@router.put("/{kind}/{account}", summary="Connect an account or a vendor, or change how it is connected")
def save_channel_connection(
    actor: CurrentActor, work: Work, context: Context, kind: ConnectionKind, account: str, draft: ConnectionDraft
) -> ChannelConnection:
    saved = service.save_connection(
        work,
        actor,
        kind,
        account,
        vendor=draft.vendor,
        name=draft.name,
        base_url=draft.base_url,
        secrets=draft.secrets,
        settings=draft.settings,
        is_enabled=draft.is_enabled,
    )
    return _connection(context, actor, saved, {})


@router.post("/{kind}/{account}/check", summary="Try a connection out")
def check_channel_connection(
    actor: CurrentActor, context: Context, kind: ConnectionKind, account: str
) -> ChannelConnection:
    with channels_admin.opened(context.settings, context.database) as outlet:
        checked = channels_admin.check_connection(outlet, actor, kind, account)
    return _connection(context, actor, checked, {})


@router.post("/sms/{account}/preview", summary="What a text message looks like and costs", dependencies=[ONLY_READS])
def preview_text_message(actor: CurrentActor, context: Context, account: str, draft: SmsText) -> SmsPreview:
    with channels_admin.opened(context.settings, context.database) as outlet:
        found = channels_admin.preview_sms(outlet, actor, account, draft.body, draft.link_url, draft.purpose)
    return SmsPreview.model_validate(found, from_attributes=True)


@router.get("/official_account/{account}/menu", summary="The menu of an Official Account")
def read_account_menu(actor: CurrentActor, context: Context, account: str) -> AccountMenu:
    return AccountMenu.model_validate(asdict(channels_admin.read_menu(context.database, actor, account)))


@router.put("/official_account/{account}/menu", summary="Publish a menu")
def publish_account_menu(actor: CurrentActor, context: Context, account: str, draft: MenuDraft) -> AccountMenu:
    menu = channels_admin.publish_menu(context.database, actor, account, {"buttons": draft.buttons})
    return AccountMenu.model_validate(asdict(menu))


@router.get("/official_account/{account}/codes", summary="Codes with scenes that were made")
def list_scene_codes(
    actor: CurrentActor, reading: ReadOnly, account: str, size: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[SceneCode]:
    found = channels_admin.list_codes(reading, actor, account, size)
    return [SceneCode.model_validate(each, from_attributes=True) for each in found]


@router.post("/official_account/{account}/codes", summary="Make a code with a scene")
def make_scene_code(actor: CurrentActor, context: Context, account: str, draft: SceneCodeDraft) -> SceneCode:
    lifetime = timedelta(days=draft.days) if draft.days is not None else None
    made = channels_admin.make_code(context.database, actor, account, draft.scene, draft.name, lifetime)
    return SceneCode.model_validate(made, from_attributes=True)


@router.get("/{kind}/{account}/templates", summary="The templates of an account")
def list_account_templates(
    actor: CurrentActor, context: Context, kind: ConnectionKind, account: str
) -> list[AccountTemplate]:
    found = channels_admin.list_templates(context.database, actor, kind, account)
    return [AccountTemplate(template_id=each[0], title=each[1], content=each[2]) for each in found]


@router.post("/miniprogram/{account}/links", summary="An address that opens a mini program")
def make_mini_link(actor: CurrentActor, context: Context, account: str, draft: UrlLinkDraft) -> UrlLink:
    return UrlLink(url=channels_admin.make_url_link(context.database, actor, account, draft.path, draft.query))


def _connection(
    context: Context, actor: Actor, connection: contracts.Connection, followers: Mapping[str, int]
) -> ChannelConnection:
    told = asdict(connection)
    told["callback_url"] = channels_admin.callback_url(context.settings, context.secret_key, actor, connection)
    is_official = connection.kind is ConnectionKind.OFFICIAL_ACCOUNT
    told["followers"] = followers.get(connection.account, 0) if is_official else None
    if connection.findings is not None:
        told["findings"] = [
            asdict(each) | dict(zip(("zh", "en"), words_of(each.code), strict=True)) for each in connection.findings
        ]
    return ChannelConnection.model_validate(told)


def _rule(rule: contracts.ConnectionRule) -> ConnectionRule:
    return ConnectionRule(
        kind=rule.kind,
        vendor=rule.vendor,
        base_url=rule.base_url,
        secrets=[SecretRule(name=name, is_needed=is_needed) for name, is_needed in rule.secrets.items()],
        settings=[
            SettingRule(name=name, **{**asdict(each), "choices": list(each.choices)})
            for name, each in rule.settings.items()
        ],
    )
