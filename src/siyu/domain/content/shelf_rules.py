"""What a document of a material or a script may be; what of it is looked through; which files are taken. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from siyu.domain.content.contracts import BadLinkError, BadTemplateError, Template, checked_link
from siyu.domain.content.shelf_contracts import (
    MATERIALS_MAX,
    TAGS_MAX,
    TEXT_LENGTH_MAX,
    ArticleBody,
    LinkBody,
    Material,
    MiniprogramBody,
    Piece,
    PieceSort,
    Script,
    TextBody,
)
from siyu.domain.definitions.contracts import Faults, Path
from siyu.kernel.errors import InvalidError

MATERIAL: TypeAdapter[Material] = TypeAdapter(Material)
SCRIPT: TypeAdapter[Script] = TypeAdapter(Script)
WORDS_LENGTH_MAX = 6000
FILE_BYTES_MAX, IMAGE_BYTES_MAX = 20 << 20, 10 << 20
NAME_LENGTH_MAX = 120

FAULTS = Faults(
    {
        "text": ("请填写，不要太长（正文最多 {limit} 字）。", "Fill this in; a text has at most {limit} characters."),
        "tags": (f"最多 {TAGS_MAX} 个，每个最多 40 字。", f"There are at most {TAGS_MAX}, of 40 characters each."),
        "material_ids": (f"最多附 {MATERIALS_MAX} 个素材。", f"At most {MATERIALS_MAX} materials hang on a script."),
        "template": (
            "占位写得不对：用 {{ 名字 }} 或 {{ 名字|默认 }}。",
            "A place is written like {{ name }} or {{ name|friend }}.",
        ),
        "link": ("请填 http 或 https 开头的完整网址。", "Give a whole address that begins with http or https."),
        "day": ("请填形如 2026-03-01 的真实日期。", "Give a real day like 2026-03-01."),
    },
    of_lists={"tags": "tags", "keywords": "tags", "material_ids": "material_ids"},
    limits={"text": TEXT_LENGTH_MAX},
)


def parse_piece(sort: PieceSort, document: object) -> Piece:
    """The material or script of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        piece = stored_piece(sort, document)
    except ValidationError as error:
        raise FAULTS.explained(document, error.errors(include_url=False)) from None
    if isinstance(piece, Script):
        _check_template(("text",), piece.text)
        return piece
    match piece.body:
        case TextBody(text=text):
            _check_template(("body", "text"), text)
        case LinkBody(url=url):
            try:
                checked_link(url)
            except BadLinkError:
                raise FAULTS.fault(("body", "url"), "link") from None
        case _:
            pass
    return piece


def piece_document(piece: Piece) -> dict[str, Any]:
    """The document of a piece, in its one spelling."""
    sort = PieceSort.SCRIPT if isinstance(piece, Script) else PieceSort.MATERIAL
    document: dict[str, Any] = _adapter(sort).dump_python(piece, mode="json")
    return document


def stored_piece(sort: PieceSort, document: object) -> Piece:
    """The piece of a document that was checked when it was saved."""
    piece: Piece = _adapter(sort).validate_python(document)
    return piece


def references_of(piece: Piece) -> frozenset[int]:
    """The definitions that a piece mentions."""
    return frozenset(piece.material_ids) if isinstance(piece, Script) else frozenset()


def files_of(piece: Piece) -> frozenset[int]:
    """The files that a piece shows."""
    if isinstance(piece, Script):
        return frozenset()
    ids = {getattr(piece.body, "file_id", None), getattr(piece.body, "picture_id", None)}
    return frozenset(each for each in ids if each is not None)


def form_of(piece: Piece) -> str:
    """By which the shelf is divided: the kind of a material, the stage of a script."""
    return piece.stage if isinstance(piece, Script) else piece.body.kind


def words_of(name: str, piece: Piece) -> str:
    """All that a search looks through."""
    said = [name, piece.folder, piece.note]
    if isinstance(piece, Script):
        said += [piece.text, *piece.keywords]
    else:
        said += piece.tags
        fields = (field.name for field in dataclasses.fields(piece.body))
        said += [str(getattr(piece.body, name)) for name in fields if name in {"text", "title", "description"}]
    return "\n".join(each for each in said if each).lower()[:WORDS_LENGTH_MAX]


def title_of(name: str, material: Material) -> str:
    """What a customer sees of a material before opening it."""
    match material.body:
        case LinkBody(title=title) | ArticleBody(title=title) | MiniprogramBody(title=title):
            return title
        case _:
            return name


def _adapter(sort: PieceSort) -> TypeAdapter[Any]:
    return SCRIPT if sort is PieceSort.SCRIPT else MATERIAL


def _check_template(path: Path, text: str) -> None:
    try:
        Template.parse(text)
    except BadTemplateError:
        raise FAULTS.fault(path, "template") from None


# --- files

FileKind = Literal["image", "file", "video"]
_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES: Final[Mapping[str, tuple[bytes, str, FileKind]]] = {
    "png": (b"\x89PNG\r\n\x1a\n", "image/png", "image"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg", "image"),
    "jpeg": (b"\xff\xd8\xff", "image/jpeg", "image"),
    "gif": (b"GIF8", "image/gif", "image"),
    "pdf": (b"%PDF-", "application/pdf", "file"),
    "docx": (b"PK\x03\x04", _OFFICE + "wordprocessingml.document", "file"),
    "xlsx": (b"PK\x03\x04", _OFFICE + "spreadsheetml.sheet", "file"),
    "pptx": (b"PK\x03\x04", _OFFICE + "presentationml.presentation", "file"),
    "zip": (b"PK\x03\x04", "application/zip", "file"),
    "mp4": (b"ftyp", "video/mp4", "video"),
}
"""What the first bytes of a file must be, by the end of its name. Nothing that a browser runs is among them."""


def checked_file(name: str, content: bytes) -> tuple[str, str, FileKind]:
    """(its name, media type, kind); InvalidError for what is not taken."""
    plain = "".join(letter for letter in name.replace("\\", "/").rsplit("/", 1)[-1] if letter.isprintable()).strip()
    stem, _, ending = plain.rpartition(".")
    known = _TYPES.get(ending.lower())
    if known is None or not stem:
        raise InvalidError(f"Choose one of these: {', '.join(sorted(_TYPES))}.", field="name")
    first, media_type, kind = known
    begins = content[4:8] == first if ending.lower() == "mp4" else content.startswith(first)
    if not begins:
        raise InvalidError("The file is not what its name says.", field="name")
    if len(content) > (IMAGE_BYTES_MAX if kind == "image" else FILE_BYTES_MAX):
        raise InvalidError("Pictures have at most 10 MB, other files 20 MB.", field="content")
    return f"{stem[:NAME_LENGTH_MAX]}.{ending.lower()}", media_type, kind
