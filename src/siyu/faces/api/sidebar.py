"""What the side bar beside a chat in WeCom needs: that WeCom trusts the page, who the chat is with, files to send."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.assembly import wecom_admin
from siyu.domain.company.service import record_audit
from siyu.domain.contacts import reading as contacts
from siyu.domain.content import reading as content
from siyu.domain.content.contracts import ATTACHMENTS_MAX, SignedAddresses
from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages import service as messages
from siyu.engines.reach.by_hand import texts_of
from siyu.faces.api.access import Context, CurrentSession, Id, ReadOnly
from siyu.faces.api.context import ApiContext
from siyu.faces.api.frame import SIDE_BAR_PATH
from siyu.faces.h5.shares import files_folder
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.kernel.paging import PageRequest

router = APIRouter(prefix="/api/sidebar", tags=["sidebar"])


class PageSignature(BaseModel):
    """What `wx.config` and `wx.agentConfig` are called with, and the scripts that give the page `wx`."""

    corp_id: str
    agent_id: int
    timestamp: int
    nonce: str
    corp_signature: str
    agent_signature: str
    scripts: list[str]


class ChatCustomer(BaseModel):
    """With whom the chat is."""

    customer_id: int


class FileToSend(BaseModel):
    """A file of a material that is to be sent into the chat."""

    file_id: Id


class PictureToSend(BaseModel):
    """A picture that hangs on a message to be sent by hand; `place` counts what hangs on it, from 0."""

    message_id: Id
    customer_id: Id
    place: Annotated[int, Field(ge=0, lt=ATTACHMENTS_MAX)]


class UploadedFile(BaseModel):
    """Under which id WeCom keeps it, for three days."""

    media_id: str


@router.get("/signature", summary="Have WeCom trust the side bar")
def sign_side_bar(
    session: CurrentSession, context: Context, page: Annotated[str, Query(max_length=2000)]
) -> PageSignature:
    """For the page's own path and query; the address before it is that of this installation."""
    if page.partition("?")[0] != SIDE_BAR_PATH:
        raise InvalidError("Only the side bar's own address is signed.", field="page")
    corp_id = _corp_of(context, session.staff.staff_id)
    signed = wecom_admin.sign_page(context.database, corp_id, context.settings.base_url + page)
    return PageSignature(
        corp_id=signed.corp_id,
        agent_id=signed.agent_id,
        timestamp=signed.timestamp,
        nonce=signed.nonce,
        corp_signature=signed.corp_signature,
        agent_signature=signed.agent_signature,
        scripts=wecom_admin.page_scripts(context.database, corp_id),
    )


@router.get("/customer", summary="Who the chat is with")
def find_chat_customer(
    session: CurrentSession,
    reading: ReadOnly,
    external_userid: Annotated[str, Query(min_length=1, max_length=128)],
) -> ChatCustomer:
    """404 for whom Siyu does not know yet, or whom you may not see."""
    actor = session.actor
    actor.require("customers.read")
    identity = Identity("external_userid", external_userid)
    found = customers.customers_known_as(reading, [identity]).get(identity)
    if found is None or not customers.customer_in_scope(reading, actor, found):
        raise NotFoundError("This customer is not known, or not yours.")
    return ChatCustomer(customer_id=found)


@router.post("/files", summary="Put a file where the chat can send it from")
def upload_chat_file(session: CurrentSession, context: Context, wanted: FileToSend) -> UploadedFile:
    """Uploaded to WeCom where it is not there, or soon dies."""
    session.actor.require("content.share")
    with context.database.read() as reading:
        file = content.files_by_id(reading, [wanted.file_id]).get(wanted.file_id)
    if file is None:
        raise NotFoundError(f"File {wanted.file_id}.")
    corp_id = _corp_of(context, session.staff.staff_id)
    media_id = wecom_admin.upload_file(context.database, corp_id, file, content.file_path(files_folder(context), file))
    with context.database.begin() as work:
        record_audit(work, session.actor, "content.send_file", f"file:{wanted.file_id}")
    return UploadedFile(media_id=media_id)


@router.post("/pictures", summary="Put a picture of a message where the chat can send it from")
def upload_chat_picture(session: CurrentSession, context: Context, wanted: PictureToSend) -> UploadedFile:
    """Of a message that you are to send by hand."""
    session.actor.require("contacts.write")
    with context.database.read() as reading:
        found = messages.list_hand_tasks(reading, session.actor, PageRequest(), customer_id=wanted.customer_id)
        tasks = [each for each in found.rows if each.message_id == wanted.message_id]
        addresses = SignedAddresses(context.settings.base_url, context.secret_key)
        attachments = [each for text in texts_of(reading, addresses, tasks).values() for each in text.attachments]
    if wanted.place >= len(attachments) or attachments[wanted.place].kind != "image":
        raise NotFoundError("There is no such picture.")
    corp_id = _corp_of(context, session.staff.staff_id)
    media_id = wecom_admin.carry_picture(context.database, corp_id, context.settings, attachments[wanted.place])
    with context.database.begin() as work:
        record_audit(work, session.actor, "content.send_file", f"message:{wanted.message_id}")
    return UploadedFile(media_id=media_id)


def _corp_of(context: ApiContext, staff_id: int) -> str:
    """Whose member they are."""
    with context.database.read() as reading:
        member = contacts.member_of_staff(reading, staff_id)
    if member is None:
        raise NotFoundError("You are not a member of a corp that is connected.")
    return member[0]
