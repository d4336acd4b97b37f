"""Materials and scripts: what staff send to customers and say to them. Part of `contracts`.

Both are definitions with versions; what is in force stands on the shelf, where staff find it. A script is a text with places, and
may have materials hanging on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, cast
from uuid import UUID

from pydantic import ConfigDict, Field

from siyu.domain.definitions.contracts import DefinitionStatus, Id
from siyu.kernel.errors import ConflictError

SCRIPT_USED = "script_used"

FOLDER_LENGTH_MAX, TEXT_LENGTH_MAX, ARTICLE_LENGTH_MAX = 40, 2000, 20_000
TAGS_MAX, MATERIALS_MAX = 20, 9
_STRICT = ConfigDict(extra="forbid")

_Line = Annotated[str, Field(strict=True, min_length=1, max_length=120)]
_Word = Annotated[str, Field(strict=True, min_length=1, max_length=FOLDER_LENGTH_MAX)]
_Note = Annotated[str, Field(strict=True, max_length=500)]
_Folder = Annotated[str, Field(strict=True, max_length=FOLDER_LENGTH_MAX)]
_Body = Annotated[str, Field(strict=True, min_length=1, max_length=TEXT_LENGTH_MAX)]
_Address = Annotated[str, Field(strict=True, min_length=1, max_length=2000)]


class PieceSort(StrEnum):
    """What stands on the shelf; also the kind of its definition."""

    MATERIAL = "material"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class TextBody:
    """A text, which may have places."""

    __pydantic_config__ = _STRICT
    kind: Literal["text"]
    text: _Body


@dataclass(frozen=True, slots=True)
class ImageBody:
    """A picture."""

    __pydantic_config__ = _STRICT
    kind: Literal["image"]
    file_id: Id


@dataclass(frozen=True, slots=True)
class FileBody:
    """A file."""

    __pydantic_config__ = _STRICT
    kind: Literal["file"]
    file_id: Id


@dataclass(frozen=True, slots=True)
class LinkBody:
    """A page of somebody else's, shown as a card."""

    __pydantic_config__ = _STRICT
    kind: Literal["link"]
    url: _Address
    title: _Line
    description: _Note = ""
    picture_id: Id | None = None


@dataclass(frozen=True, slots=True)
class MiniprogramBody:
    """A page of a mini-program, shown as a card."""

    __pydantic_config__ = _STRICT
    kind: Literal["miniprogram"]
    appid: _Word
    page: _Address
    title: _Line
    picture_id: Id | None = None


@dataclass(frozen=True, slots=True)
class ArticleBody:
    """A page of our own. Blank lines part its paragraphs; a line that begins with `## ` is a heading."""

    __pydantic_config__ = _STRICT
    kind: Literal["article"]
    title: _Line
    text: Annotated[str, Field(strict=True, min_length=1, max_length=ARTICLE_LENGTH_MAX)]
    description: _Note = ""
    picture_id: Id | None = None


MaterialBody = Annotated[
    TextBody | ImageBody | FileBody | LinkBody | MiniprogramBody | ArticleBody, Field(discriminator="kind")
]

TRACKED_KINDS = frozenset({"image", "file", "link", "article"})
"""Materials that a tracked link can lead to. A text is read in the chat, a mini-program opens in itself: neither has an address."""


@dataclass(frozen=True, slots=True)
class Material:
    """Something to send. From `expires_on` on it is offered no more."""

    __pydantic_config__ = _STRICT
    body: MaterialBody
    folder: _Folder = ""
    tags: Annotated[tuple[_Word, ...], Field(max_length=TAGS_MAX)] = ()
    note: _Note = ""
    expires_on: date | None = None


Stage = Literal["ice_break", "warm_up", "need_finding", "objection", "close", "service", "other"]
"""What a script is for, in the order of a conversation."""


@dataclass(frozen=True, slots=True)
class Script:
    """What to say. `text` may have places like `{{ name|朋友 }}`; `keywords` find it, beside its name and text."""

    __pydantic_config__ = _STRICT
    stage: Stage
    text: _Body
    folder: _Folder = ""
    keywords: Annotated[tuple[_Word, ...], Field(max_length=TAGS_MAX)] = ()
    material_ids: Annotated[tuple[Id, ...], Field(max_length=MATERIALS_MAX)] = ()
    note: _Note = ""


Piece = Material | Script


@dataclass(frozen=True, slots=True)
class ShelfPiece:
    """A material or a script as it stands. `uses` are those of ninety days; `is_favourite` is the asker's own mark."""

    definition_id: int
    sort: PieceSort
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    piece: Piece | None
    draft: Piece | None
    uses: int
    is_favourite: bool
    updated_at: datetime

    @property
    def latest(self) -> Piece:
        """What somebody who edits it should see."""
        return cast(Piece, self.draft or self.piece)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: all of the words, in any order. `only_live` leaves out what is no more offered today."""

    words: str = ""
    forms: tuple[str, ...] = ()
    folder: str = ""
    only_live: bool = False
    only_favourites: bool = False


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file. Its bytes lie under `content_key`."""

    file_id: int
    content_key: str
    kind: Literal["image", "file", "video"]
    media_type: str
    name: str
    bytes: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class QuickReply:
    """What one of the staff often says, for themselves."""

    reply_id: int
    title: str
    body: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ScriptUse:
    """That a script was said to a customer; the same key is the same use."""

    use_key: UUID
    script_id: int
    customer_id: int


@dataclass(frozen=True, slots=True)
class UseNumbers:
    """How often one of the staff used a script since some day, and with how many customers."""

    definition_id: int
    staff_id: int
    uses: int
    customers: int
    last_used_at: datetime


class PieceExpiredError(ConflictError):
    """This is offered no more; choose another, or ask for it to be renewed."""

    code = "piece_expired"
