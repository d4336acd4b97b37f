"""The verbs on materials and scripts: made, put in force, found, used. Part of `service`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from siyu.domain.company.service import record_audit
from siyu.domain.content import shelf_store as store
from siyu.domain.content.contracts import BadTemplateError, Template
from siyu.domain.content.shelf_contracts import (
    SCRIPT_USED,
    TEXT_LENGTH_MAX,
    Material,
    Piece,
    PieceExpiredError,
    PieceSort,
    QuickReply,
    ScriptUse,
    Search,
    ShelfPiece,
    StoredFile,
    UseNumbers,
)
from siyu.domain.content.shelf_files import drop_bytes, put_bytes
from siyu.domain.content.shelf_rules import (
    checked_file,
    files_of,
    form_of,
    parse_piece,
    piece_document,
    references_of,
    stored_piece,
    words_of,
)
from siyu.domain.customers.reading import customer_in_scope
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionPublication, DefinitionStatus
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

SHARE = "content.share"
REPLY_TITLE_MAX = 60
FILES_KEPT = timedelta(days=30)
"""So long a file waits for a material that shows it."""


def create_piece(work: UnitOfWork, actor: Actor, sort: PieceSort, name: str, document: object) -> ShelfPiece:
    """A new material or script, as a draft. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require(f"{sort}s.write")
    piece = _checked(work, sort, document)
    made = definitions.create(work, actor, sort.value, name, piece_document(piece), references_of(piece))
    return _kept(work, actor, sort, made)


def save_piece(
    work: UnitOfWork,
    actor: Actor,
    sort: PieceSort,
    piece_id: int,
    name: str,
    document: object,
    *,
    revision: int | None = None,
) -> ShelfPiece:
    """Saves a draft; what is in force is offered until it is published."""
    actor.require(f"{sort}s.write")
    piece = _checked(work, sort, document)
    saved = definitions.save_draft(
        work,
        actor,
        piece_id,
        name,
        piece_document(piece),
        references_of(piece),
        kind=sort.value,
        revision=revision,
    )
    return _kept(work, actor, sort, saved)


def publish_piece(work: UnitOfWork, actor: Actor, sort: PieceSort, piece_id: int) -> ShelfPiece:
    """Puts the draft in force: it is what staff find from now on."""
    actor.require(f"{sort}s.publish")
    return _kept(work, actor, sort, definitions.publish(work, actor, piece_id, kind=sort.value))


def stop_piece(work: UnitOfWork, actor: Actor, sort: PieceSort, piece_id: int) -> ShelfPiece:
    """Takes it off the shelf; links that were given still open."""
    actor.require(f"{sort}s.publish")
    return _kept(work, actor, sort, definitions.stop(work, actor, piece_id, kind=sort.value))


def resume_piece(work: UnitOfWork, actor: Actor, sort: PieceSort, piece_id: int) -> ShelfPiece:
    """Puts it back."""
    actor.require(f"{sort}s.publish")
    return _kept(work, actor, sort, definitions.resume(work, actor, piece_id, kind=sort.value))


def delete_piece(work: UnitOfWork, actor: Actor, sort: PieceSort, piece_id: int) -> None:
    """Takes it away, unless something uses it."""
    actor.require(f"{sort}s.write")
    definitions.delete(work, actor, piece_id, kind=sort.value)
    store.take_off_shelf(work.driver, piece_id)


def get_piece(reading: Reading, actor: Actor, sort: PieceSort, piece_id: int) -> ShelfPiece:
    """The material or script as it stands."""
    actor.require(f"{sort}s.read")
    return _shown(reading, actor, sort, [definitions.get(reading, actor, piece_id, sort.value)])[0]


def list_piece_versions(reading: Reading, actor: Actor, sort: PieceSort, piece_id: int) -> list[DefinitionPublication]:
    """When it was put in force, and by whom, the latest first."""
    get_piece(reading, actor, sort, piece_id)
    return definitions_reading.publications_of(reading, piece_id)


def get_piece_version(reading: Reading, actor: Actor, sort: PieceSort, piece_id: int, version: int) -> Piece:
    """What was said when it was put in force for that time; NotFoundError where there is none such."""
    get_piece(reading, actor, sort, piece_id)
    return stored_piece(sort, definitions_reading.get_version(reading, piece_id, version).document)


def search_pieces(
    reading: Reading, actor: Actor, sort: PieceSort, search: Search, page: PageRequest, today: date
) -> Page[ShelfPiece]:
    """What is found: names that fit first, then what is used most, then the newest."""
    actor.require(f"{sort}s.read")
    if page.after is not None and not (page.after.isascii() and page.after.isdecimal() and len(page.after) < 7):
        raise InvalidError("That is not a place in this list.", field="after")
    skip = int(page.after or 0)
    found = store.select_found(
        reading.driver,
        sort.value,
        search,
        staff_id=_staff_id(actor) or 0,
        now=reading.clock.now(),
        today=today,
        skip=skip,
        size=page.size + 1,
    )
    shown = found[: page.size]
    by_id = {each.definition_id: each for each in definitions_reading.list_by_id(reading, shown)}
    rows = _shown(reading, actor, sort, [by_id[each] for each in shown if each in by_id])
    return Page(rows, str(skip + page.size) if len(found) > page.size else None)


def list_folders(reading: Reading, actor: Actor, sort: PieceSort) -> list[tuple[str, int]]:
    """(folder, how many stand in it)."""
    actor.require(f"{sort}s.read")
    return store.select_folders(reading.driver, sort.value)


def mark_favourite(work: UnitOfWork, actor: Actor, sort: PieceSort, piece_id: int, *, is_favourite: bool) -> ShelfPiece:
    """The asker's own mark."""
    found = get_piece(work, actor, sort, piece_id)
    store.set_favourite(work.driver, _require_staff(actor), found.definition_id, is_favourite=is_favourite)
    record_audit(work, actor, "content.mark_favourite", f"{sort.value}:{piece_id}", is_favourite=is_favourite)
    return get_piece(work, actor, sort, piece_id)


def use_script(work: UnitOfWork, actor: Actor, use: ScriptUse) -> None:
    """Notes that a script was said to a customer: told on the customer's timeline. The same key counts once."""
    actor.require(SHARE)
    script = get_piece(work, actor, PieceSort.SCRIPT, use.script_id)
    if script.status is not DefinitionStatus.LIVE or script.version is None:
        raise PieceExpiredError
    if not customer_in_scope(work, actor, use.customer_id):
        raise NotFoundError(f"Customer {use.customer_id}.")
    staff_id, now = _require_staff(actor), work.clock.now()
    row = (script.definition_id, script.version, staff_id, use.customer_id, now)
    if not store.insert_use(work.driver, use.use_key, row):
        return
    told = {"script_id": script.definition_id, "script": script.name, "version": script.version, "staff_id": staff_id}
    event_id = derived_id(SCRIPT_USED, str(use.use_key))
    work.record([NewEvent(SCRIPT_USED, event_id, use.customer_id, now, "content", told)])
    record_audit(work, actor, "content.use_script", f"script:{script.definition_id}", customer_id=use.customer_id)


def use_numbers(reading: Reading, actor: Actor, since: datetime) -> list[UseNumbers]:
    """Who used which script how often, of the staff whom the asker may see."""
    actor.require("scripts.read")
    only = _staff_id(actor) if actor.scope.own_only else None
    return store.select_use_numbers(reading.driver, since, only, actor.scope.unit_path)


# --- quick replies


def list_replies(reading: Reading, actor: Actor) -> list[QuickReply]:
    """The asker's own."""
    actor.require(SHARE)
    return store.select_replies(reading.driver, _require_staff(actor))


def save_reply(work: UnitOfWork, actor: Actor, reply_id: int | None, title: str, body: str) -> QuickReply:
    """A new one without an id, else another text for it."""
    actor.require(SHARE)
    if not 1 <= len(title.strip()) <= REPLY_TITLE_MAX:
        raise InvalidError(f"A title has 1 to {REPLY_TITLE_MAX} characters.", field="title")
    if not 1 <= len(body.strip()) <= TEXT_LENGTH_MAX:
        raise InvalidError(f"A reply has 1 to {TEXT_LENGTH_MAX} characters.", field="body")
    try:
        Template.parse(body)
    except BadTemplateError as error:
        raise BadTemplateError(error.detail, field="body") from error
    staff_id = _require_staff(actor)
    saved = store.save_reply(work.driver, staff_id, reply_id, title.strip(), body.strip(), work.clock.now())
    if saved is None:
        raise NotFoundError(f"Quick reply {reply_id}.")
    record_audit(work, actor, "content.save_reply", f"reply:{saved.reply_id}")
    return saved


def delete_reply(work: UnitOfWork, actor: Actor, reply_id: int) -> None:
    """Takes one of the asker's own away."""
    actor.require(SHARE)
    if not store.delete_reply(work.driver, _require_staff(actor), reply_id):
        raise NotFoundError(f"Quick reply {reply_id}.")
    record_audit(work, actor, "content.delete_reply", f"reply:{reply_id}")


# --- files


def keep_file(work: UnitOfWork, actor: Actor, folder: Path, name: str, content: bytes) -> StoredFile:
    """Keeps a file below `folder`; InvalidError for a kind or size that is not taken."""
    actor.require("materials.write")
    plain, media_type, kind = checked_file(name, content)
    store.hold_files(work.driver)
    key = put_bytes(folder, content, work.ids.new_id().hex)
    author = f"{actor.kind}:{actor.actor_id}"
    kept = store.insert_file(work.driver, (key, kind, media_type, plain, len(content), work.clock.now(), author))
    record_audit(work, actor, "content.keep_file", f"file:{kept.file_id}", bytes=len(content))
    return kept


def forget_files(work: UnitOfWork, actor: Actor) -> int:
    """Forgets files that no material has shown in any version, since they were uploaded FILES_KEPT ago; their bytes go with
    `sweep_files`. Gives how many. What was once published stays: links that were given show it."""
    actor.require("content.run")
    store.hold_files(work.driver)
    return store.delete_unnamed_files(work.driver, work.clock.now() - FILES_KEPT)


def sweep_files(work: UnitOfWork, actor: Actor, folder: Path) -> int:
    """Deletes the bytes of files that are forgotten for good, and halves of files; gives how many. Not in the transaction that
    forgets them: what is deleted does not come back with a rollback."""
    actor.require("content.run")
    store.hold_files(work.driver)
    return drop_bytes(folder, store.file_keys(work.driver))


def note_upload(work: UnitOfWork, actor: Actor, file_id: int, account: str, media_id: str, dies_at: datetime) -> None:
    """Remembers under which id a channel keeps a file, and until when."""
    actor.require("content.run")
    store.save_upload(work.driver, file_id, account, media_id, dies_at)


# --- shared by them


def _checked(reading: Reading, sort: PieceSort, document: object) -> Piece:
    piece = parse_piece(sort, document)
    wanted = files_of(piece)
    found = store.select_files(reading.driver, wanted) if wanted else {}
    if missing := sorted(wanted - set(found)):
        raise InvalidError(f"There is no file {missing[0]}.", field="body")
    must_be_pictures = not isinstance(piece, Material) or piece.body.kind != "file"
    if must_be_pictures and any(each.kind != "image" for each in found.values()):
        raise InvalidError("Choose a picture.", field="body")
    if references_of(piece):
        others = definitions_reading.names_of(reading, references_of(piece))
        if any(each.kind != PieceSort.MATERIAL for each in others.values()):
            raise InvalidError("Only materials hang on a script.", field="material_ids")
    return piece


def _kept(work: UnitOfWork, actor: Actor, sort: PieceSort, definition: Definition) -> ShelfPiece:
    """What is in force is what is found; of what never was, its draft, for those who write."""
    document = definition.document if definition.document is not None else definition.draft
    piece = stored_piece(sort, document)
    row: dict[str, Any] = {
        "definition_id": definition.definition_id,
        "sort": sort.value,
        "form": form_of(piece),
        "folder": piece.folder,
        "name": definition.name,
        "words": words_of(definition.name, piece),
        "is_live": definition.status is DefinitionStatus.LIVE,
        "expires_on": piece.expires_on if isinstance(piece, Material) else None,
        "updated_at": definition.updated_at,
    }
    store.put_on_shelf(work.driver, row)
    return _shown(work, actor, sort, [definition])[0]


def _shown(reading: Reading, actor: Actor, sort: PieceSort, found: Sequence[Definition]) -> list[ShelfPiece]:
    ids: Collection[int] = [each.definition_id for each in found]
    uses = store.uses_of(reading.driver, ids, reading.clock.now() - store.USED_LATELY)
    staff_id = _staff_id(actor)
    mine = store.favourites_of(reading.driver, staff_id) if staff_id is not None else set()
    return [
        ShelfPiece(
            definition_id=each.definition_id,
            sort=sort,
            name=each.name,
            status=each.status,
            version=each.version,
            revision=each.revision,
            piece=stored_piece(sort, each.document) if each.document is not None else None,
            draft=stored_piece(sort, each.draft) if each.draft is not None else None,
            uses=uses.get(each.definition_id, 0),
            is_favourite=each.definition_id in mine,
            updated_at=each.updated_at,
        )
        for each in found
    ]


def _staff_id(actor: Actor) -> int | None:
    return int(actor.actor_id) if actor.kind is ActorKind.STAFF else None


def _require_staff(actor: Actor) -> int:
    staff_id = _staff_id(actor)
    if staff_id is None:
        raise InvalidError("This is for somebody of the staff, not for a program.")
    return staff_id
