"""What room `content` hands out: links, signed addresses, texts with places to fill, and what messages say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from siyu.domain.content.addresses import (
    CODE_PATH,
    FILE_PATH,
    FORM_PATH,
    LINK_PATH,
    PREFERENCES_PATH,
    SignedAddresses,
)
from siyu.domain.content.sharing_contracts import (
    LINK_FORWARDED,
    LINK_OPENED,
    MATERIAL_READ,
    READ_SECONDS_MIN,
    OpenedShare,
    Share,
    ShareFilter,
    ShareNumbers,
)
from siyu.domain.content.shelf_contracts import (
    SCRIPT_USED,
    TRACKED_KINDS,
    ArticleBody,
    FileBody,
    ImageBody,
    Material,
    Piece,
    PieceExpiredError,
    PieceSort,
    QuickReply,
    Script,
    ScriptUse,
    Search,
    ShelfPiece,
    StoredFile,
    UseNumbers,
)
from siyu.kernel.errors import InvalidError
from siyu.platform.http import RefusedUrlError, checked_url

__all__ = [
    "ATTACHMENTS_MAX",
    "BODY_LENGTH_MAX",
    "CODE_PATH",
    "FALL_BACK_HOURS_MAX",
    "FIELDS_MAX",
    "FILE_PATH",
    "FILLED_LENGTH_MAX",
    "FORM_PATH",
    "LINK_FORWARDED",
    "LINK_OPENED",
    "LINK_PATH",
    "MATERIAL_READ",
    "OVERRIDES_MAX",
    "PLACE_NAME_LENGTH_MAX",
    "PREFERENCES_PATH",
    "READ_SECONDS_MIN",
    "SCRIPT_USED",
    "TITLE_LENGTH_MAX",
    "TRACKED_KINDS",
    "ArticleBody",
    "Attachment",
    "BadLinkError",
    "BadTemplateError",
    "Body",
    "ChannelName",
    "ChannelText",
    "ContentForChannel",
    "FieldName",
    "FileBody",
    "ImageBody",
    "KeptMessage",
    "Link",
    "LinkUrl",
    "Material",
    "MessageContent",
    "MessagePlace",
    "OpenedShare",
    "Piece",
    "PieceExpiredError",
    "PieceSort",
    "Place",
    "QuickReply",
    "Rendered",
    "Script",
    "ScriptUse",
    "Search",
    "Share",
    "ShareFilter",
    "ShareNumbers",
    "ShelfPiece",
    "SignedAddresses",
    "StoredFile",
    "Template",
    "TemplateContent",
    "Title",
    "UseNumbers",
    "checked_link",
]
"""What of this door is written in the files beside it, and below."""

PLACE_NAME_LENGTH_MAX = 100
FILLED_LENGTH_MAX = 200


class BadTemplateError(InvalidError):
    """The text has a place that cannot be filled."""

    code = "bad_template"


class BadLinkError(InvalidError):
    """Nobody can be sent to this address."""

    code = "bad_link"


def checked_link(url: str) -> str:
    """The address itself, if people can be sent there: http or https, with a host. BadLinkError says why not."""
    try:
        return checked_url(url)
    except RefusedUrlError as error:
        raise BadLinkError(error.message) from error


@dataclass(frozen=True, slots=True)
class Link:
    """An address that customers are sent to."""

    link_id: int
    url: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text: the attribute that fills it, and what stands there when the customer has none."""

    attribute: str
    fallback: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text with places like `{{ name }}` or `{{ name|朋友 }}`. What fills a place is never looked at for places again."""

    parts: tuple[str | Place, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """BadTemplateError where braces do not match or a place has no name."""
        parts: list[str | Place] = []
        rest = text
        while "{{" in rest:
            before, _, after = rest.partition("{{")
            inside, closing, rest = after.partition("}}")
            if not closing:
                raise BadTemplateError("A {{ has no }}.")
            if "{" in inside or "}" in inside:
                raise BadTemplateError("There are braces inside {{ }}.")
            attribute, _, fallback = inside.partition("|")
            attribute = attribute.strip()
            if not attribute or len(attribute) > PLACE_NAME_LENGTH_MAX or not attribute.isprintable():
                raise BadTemplateError("Write the name of an attribute between {{ and }}.")
            parts += [before, Place(attribute, fallback.strip())]
        if "}}" in rest or "}}" in "".join(part for part in parts if isinstance(part, str)):
            raise BadTemplateError("A }} has no {{.")
        return cls(tuple(part for part in [*parts, rest] if part != ""))

    def render(self, attributes: Mapping[str, Any], escape: Callable[[str], str] = str) -> str:
        """The text for one customer; `escape` makes a value harmless where the text is markup (`html.escape`)."""
        return "".join(
            part if isinstance(part, str) else escape(_readable(attributes.get(part.attribute)) or part.fallback)
            for part in self.parts
        )

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes that it asks for."""
        return frozenset(part.attribute for part in self.parts if isinstance(part, Place))

    def missing(self, attributes: Mapping[str, Any]) -> frozenset[str]:
        """The attributes that would leave an empty place: the customer has none, and nothing is to stand there instead."""
        return frozenset(
            part.attribute
            for part in self.parts
            if isinstance(part, Place) and not part.fallback and not _readable(attributes.get(part.attribute))
        )


def _readable(value: object) -> str:
    """A value as people read it, without control characters and of bounded length; empty for what is no plain value."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = "".join(character if character.isprintable() else " " for character in str(value))
    return text.strip()[:FILLED_LENGTH_MAX]


TITLE_LENGTH_MAX = 200
BODY_LENGTH_MAX = 2000
ATTACHMENTS_MAX = 9
OVERRIDES_MAX = 12
FIELDS_MAX = 20
FALL_BACK_HOURS_MAX = 14 * 24
_STRICT = ConfigDict(extra="forbid")

ChannelName = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z_]{0,39}$")]
"""As steps and sends name a channel."""
Title = Annotated[str, Field(strict=True, min_length=1, max_length=TITLE_LENGTH_MAX)]
Body = Annotated[str, Field(strict=True, min_length=1, max_length=BODY_LENGTH_MAX)]
LinkUrl = Annotated[str, Field(strict=True, max_length=2000)]
FieldName = Annotated[str, Field(strict=True, min_length=1, max_length=64)]
_Short = Annotated[str, Field(strict=True, min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True)
class Attachment:
    """What hangs on a message. An image or a file has a `media_id` of the channel's own or a `url`; a link a `url`, a mini-program
    its `appid` and `page`."""

    __pydantic_config__ = _STRICT

    kind: Literal["image", "link", "miniprogram", "file"]
    media_id: _Short | None = None
    url: LinkUrl | None = None
    title: _Short | None = None
    description: _Short | None = None
    appid: _Short | None = None
    page: LinkUrl | None = None


@dataclass(frozen=True, slots=True)
class ChannelText:
    """What is said otherwise in one channel: another title or body, or the channel's own template and what fills its fields."""

    __pydantic_config__ = _STRICT

    title: Title | None = None
    body: Body | None = None
    template_id: _Short | None = None
    fields: Annotated[Mapping[FieldName, Body], Field(max_length=FIELDS_MAX)] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageContent:
    """What one message says, in the words of whoever designed it: `title`, `body` and the fields of templates may have places
    like `{{ name|朋友 }}`. `fall_back_after_hours`: when the next of its channels is asked if the first did not get through."""

    __pydantic_config__ = _STRICT

    title: Title
    body: Body
    link_url: LinkUrl | None = None
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=ATTACHMENTS_MAX)] = ()
    overrides: Annotated[Mapping[ChannelName, ChannelText], Field(max_length=OVERRIDES_MAX)] = field(
        default_factory=dict
    )
    fall_back_after_hours: Annotated[int, Field(strict=True, ge=1, le=FALL_BACK_HOURS_MAX)] | None = None

    def check(self) -> None:
        """BadTemplateError or BadLinkError for what cannot be sent; its `field` says where."""
        for path, text in self.texts():
            try:
                Template.parse(text)
            except BadTemplateError as error:
                raise BadTemplateError(error.detail, field=path) from error
        addresses = [("link_url", self.link_url)]
        addresses += [(f"attachments.{n}.url", each.url) for n, each in enumerate(self.attachments)]
        for path, address in addresses:
            try:
                checked_link(address) if address is not None else None
            except BadLinkError as error:
                raise BadLinkError(error.detail, field=path) from error

    def texts(self) -> list[tuple[str, str]]:
        """(where it stands, text) of all texts with places."""
        found = [("title", self.title), ("body", self.body)]
        for channel, each in self.overrides.items():
            found += [
                (f"overrides.{channel}.{name}", text)
                for name, text in (("title", each.title), ("body", each.body))
                if text is not None
            ]
            found += [(f"overrides.{channel}.fields.{name}", text) for name, text in each.fields.items()]
        return found

    def for_channel(self, channel: str) -> ContentForChannel:
        """The texts as this channel says them, ready to be filled for many customers."""
        own = self.overrides.get(channel, ChannelText())
        return ContentForChannel(
            title=Template.parse(own.title or self.title),
            body=Template.parse(own.body or self.body),
            attachments=self.attachments,
            template_id=own.template_id,
            fields={name: Template.parse(text) for name, text in own.fields.items()},
        )


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """A template of the channel's own, its fields filled."""

    template_id: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one customer reads. `missing`: the attributes that a field of the template has nothing for; templates of channels do not
    go out with an empty field."""

    title: str
    body: str
    template: TemplateContent | None
    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class ContentForChannel:
    """A message's texts as one channel says them."""

    title: Template
    body: Template
    attachments: tuple[Attachment, ...]
    template_id: str | None
    fields: Mapping[str, Template]

    @property
    def is_personal(self) -> bool:
        """Whether customers read different texts."""
        return any(each.attributes for each in (self.title, self.body, *self.fields.values()))

    def render(self, attributes: Mapping[str, Any]) -> Rendered:
        """The texts for one customer. The one way: what is delivered and what is shown before are made here."""
        filled = {name: text.render(attributes) for name, text in self.fields.items()}
        missing = frozenset[str]().union(*(text.missing(attributes) for text in self.fields.values()))
        template = TemplateContent(self.template_id, filled) if self.template_id is not None else None
        return Rendered(self.title.render(attributes), self.body.render(attributes), template, missing)


MessagePlace = tuple[int, int, int]
"""Where a message's content stands: (definition_id, version, step) of a journey or a send; a send has just step 0."""


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """Content that is in force: its link has an id by now."""

    content: MessageContent
    link_id: int | None
