"""What an administrator does with a connection to WeCom, looks at callbacks; and what pages opened inside WeCom need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from siyu.assembly.sending import pictures_of
from siyu.assembly.wecom import ACTOR, WecomClients
from siyu.channels.wecom import callbacks_store, media
from siyu.channels.wecom.callbacks_store import CallbackState, KeptCallback
from siyu.channels.wecom.checking import check_app, check_contacts
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.errors import WecomRefusedError
from siyu.channels.wecom.oauth import inside_url, scan_url, visitor_of
from siyu.channels.wecom.tokens import TokenKind
from siyu.domain.company.contracts import (
    WECOM_URL,
    OpenedSession,
    RefusedLogIn,
    TooManyAttemptsError,
    UnauthenticatedError,
    WecomCorp,
    WecomFinding,
)
from siyu.domain.company.service import (
    actor_of_session,
    find_wecom_connection,
    list_wecom_connections,
    log_in_vouched,
    record_audit,
    refuse_vouched,
    save_wecom_findings,
    vouching_wait,
)
from siyu.domain.contacts.contracts import UnprovenMemberError
from siyu.domain.contacts.reading import find_visitor
from siyu.domain.contacts.service import confirm_member
from siyu.domain.content.contracts import Attachment, StoredFile
from siyu.domain.content.reading import find_upload
from siyu.domain.content.service import note_upload
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.callbacks.envelope import page_signature
from siyu.platform.postgres.database import Database, Reading, UnitOfWork
from siyu.platform.settings import Settings

PAGE_SCRIPTS: Final = (
    "https://res.wx.qq.com/open/js/jweixin-1.2.0.js",
    "https://open.work.weixin.qq.com/wwopen/js/jwxwork-1.0.0.js",
)
OTHER_PAGE_SCRIPT: Final = "/pages/wx.js"
UPLOAD_MARGIN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PageSignature:
    """What a page needs for `wx.config` (`corp`) and `wx.agentConfig` (`agent`)."""

    corp_id: str
    agent_id: int
    timestamp: int
    nonce: str
    corp_signature: str
    agent_signature: str


def check_corp(database: Database, actor: Actor, corp_id: str) -> WecomCorp:
    """Tries a connection out, whether it is switched on or not, and keeps what was found."""
    actor.require("wecom.write")
    with database.read() as reading:
        connection = find_wecom_connection(reading, ACTOR, corp_id)
        counts = callbacks_store.count_callbacks(reading, corp_id)
    if connection is None:
        raise NotFoundError("No such corp.")
    clients = WecomClients(database)
    try:
        findings = check_app(clients.of(connection))
        if connection.secrets.contacts_secret:
            findings += check_contacts(clients.of(connection, is_contacts=True))
    finally:
        clients.close()
    if not connection.secrets.callback_token:
        findings.append(WecomFinding("callback", "no_keys"))
    elif not counts:
        findings.append(WecomFinding("callback", "nothing_came"))
    with database.begin() as work:
        return save_wecom_findings(work, actor, corp_id, findings)


def list_callbacks(
    reading: Reading, actor: Actor, corp_id: str, page: PageRequest, states: Sequence[str] = ()
) -> Page[KeptCallback]:
    """Callbacks that came, the newest first; of those who are in them nothing."""
    actor.require("wecom.read")
    if page.after is not None and not (page.after.isascii() and page.after.isdecimal() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    before = int(page.after) if page.after is not None else None
    rows = callbacks_store.list_callbacks(
        reading, corp_id, page.size + 1, before, [CallbackState(each) for each in states]
    )
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows, str(rows[-1].callback_id) if more else None)


def count_callbacks(reading: Reading, actor: Actor, corp_id: str) -> dict[str, int]:
    """How many there are in each state."""
    actor.require("wecom.read")
    return callbacks_store.count_callbacks(reading, corp_id)


def retry_callbacks(work: UnitOfWork, actor: Actor, corp_id: str, callback_ids: Sequence[int] | None) -> int:
    """Takes up again callbacks that failed, or that nobody knew; without any named, all that failed."""
    actor.require("wecom.write")
    retried = callbacks_store.retry_callbacks(work, corp_id, callback_ids)
    record_audit(work, actor, "company.retry_wecom_callbacks", f"wecom:{corp_id}", count=retried)
    return retried


def sign_page(database: Database, corp_id: str, url: str) -> PageSignature:
    """Signs the address of a page of ours that is opened inside WeCom."""
    with one_client(database, corp_id) as wecom:
        nonce = _nonce(database)
        timestamp = int(database.clock.now().timestamp())
        signatures = [
            page_signature(wecom.ticket(kind), nonce, timestamp, url)
            for kind in (TokenKind.PAGE_TICKET, TokenKind.AGENT_TICKET)
        ]
        return PageSignature(corp_id, wecom.app.agent_id, timestamp, nonce, *signatures)


def page_scripts(database: Database, corp_id: str) -> list[str]:
    """The scripts that give a page `wx`: WeCom's own, or those of a WeCom that stands elsewhere."""
    with one_client(database, corp_id) as wecom:
        address = wecom.app.base_url.rstrip("/")
    return list(PAGE_SCRIPTS) if address == WECOM_URL else [f"{address}{OTHER_PAGE_SCRIPT}"]


def upload_file(database: Database, corp_id: str, file: StoredFile, path: Path) -> str:
    """Under which id WeCom keeps a file now; it is put there where it is not, or dies within the hour."""
    now = database.clock.now()
    with database.read() as reading:
        known = find_upload(reading, file.file_id, corp_id, now + UPLOAD_MARGIN)
    if known is not None:
        return known
    kind = {"image": media.MediaKind.IMAGE, "video": media.MediaKind.VIDEO}.get(file.kind, media.MediaKind.FILE)
    with one_client(database, corp_id) as wecom:
        put = media.upload(wecom, kind, file.name, path.read_bytes(), now)
    with database.begin() as work:
        note_upload(work, ACTOR, file.file_id, corp_id, put.media_id, put.dies_at)
    return put.media_id


def carry_picture(database: Database, corp_id: str, settings: Settings, picture: Attachment) -> str:
    """Under which id WeCom keeps a picture for a chat, for three days; NotFoundError where there is none at its address."""
    if picture.media_id:
        return picture.media_id
    content = pictures_of(settings)(picture.url or "")
    if content is None:
        raise NotFoundError("There is no picture at this address.")
    with one_client(database, corp_id) as wecom:
        return media.upload(wecom, media.MediaKind.IMAGE, "picture", content, database.clock.now()).media_id


def log_in_address(database: Database, corp_id: str, back_url: str, *, is_inside: bool) -> tuple[str, str, str]:
    """(where somebody is sent who wants to log in by WeCom, the state they come back with, the corp). Of several corps it is
    the first, unless one is named; NotFoundError where there is none."""
    if not corp_id:
        with database.read() as reading:
            connected = list_wecom_connections(reading, ACTOR)
        corp_id = connected[0].corp_id if connected else ""
    with one_client(database, corp_id) as wecom:
        state = _nonce(database, 32)
        address = inside_url if is_inside else scan_url
        return address(wecom, back_url, state), state, corp_id


def log_in_by_code(
    database: Database, corp_id: str, code: str, address: str, session_token: str
) -> OpenedSession | RefusedLogIn:
    """Opens a session for the member of the staff whose code this is, or says why not; a refusal is counted.

    Somebody whom a sync found among the staff by an e-mail has to be logged in already the first time: members can change the
    e-mail that WeCom tells, so it alone opens nobody's session.
    """
    with database.begin() as work:
        wait_seconds = vouching_wait(work, ACTOR, address)
    if wait_seconds:
        return RefusedLogIn(TooManyAttemptsError(retry_after_seconds=wait_seconds))
    with one_client(database, corp_id) as wecom:
        try:
            visitor = visitor_of(wecom, code)
        except WecomRefusedError:
            visitor = None
    with database.begin() as work:
        member = find_visitor(work, corp_id, visitor.userid) if visitor is not None and visitor.userid else None
        if member is None:
            refuse_vouched(work, ACTOR, address, "wecom")
            return RefusedLogIn(
                UnauthenticatedError("You are not among the staff here, or the code is used or too old.")
            )
        if not member.is_proven:
            if _staff_of_session(work, session_token) != member.staff_id:
                return RefusedLogIn(UnprovenMemberError())
            confirm_member(work, ACTOR, member.member_id, member.staff_id)
        return log_in_vouched(work, ACTOR, member.staff_id, "wecom")


def _staff_of_session(work: UnitOfWork, token: str) -> int | None:
    try:
        return actor_of_session(work, token).staff.staff_id
    except UnauthenticatedError:
        return None


@contextmanager
def one_client(database: Database, corp_id: str) -> Iterator[Wecom]:
    """A client for a moment; NotFoundError for a corp that is not connected, or switched off."""
    clients = WecomClients(database)
    try:
        wecom = clients.find(corp_id)
        if wecom is None:
            raise NotFoundError("No such corp.")
        yield wecom
    finally:
        clients.close()


def _nonce(database: Database, length: int = 16) -> str:
    return "".join(letter for letter in database.ids.new_secret(96) if letter.isalnum())[:length]
