"""An installation opened: its settings, its stores, its keys. Every command and every process begins here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from siyu.assembly.stores import columns_url, database_url
from siyu.domain.content.contracts import SignedAddresses
from siyu.kernel.clock import Clock
from siyu.kernel.ids import IdSource
from siyu.platform.columns.client import ANSWER_SECONDS_MAX, RETRY_SECONDS_MAX, Columns
from siyu.platform.columns.schema import ensure_schema
from siyu.platform.http import OutgoingHttp
from siyu.platform.postgres.database import STATEMENT_SECONDS_MAX, Database
from siyu.platform.sealing.files import ensure_key_ring
from siyu.platform.settings import Settings, ensure_secret_key

if TYPE_CHECKING:
    from siyu.channels.mail.smtp import SmtpServer

FACE_SECONDS_MAX = 30
"""How long one statement may take that somebody waits for in a browser."""
FACE_RETRY_SECONDS_MAX = 8
"""How long a face waits for columns that restart, before it says that they are away."""


@dataclass(frozen=True)
class Installation:
    """What is needed to do anything: settings, the way to the rows, the way to the columns, the key that signs."""

    settings: Settings
    database: Database
    columns: Columns
    secret_key: str = field(repr=False)
    outside: OutgoingHttp | None = field(default=None, repr=False)
    """What goes out by, where that is not the world itself."""
    mail: SmtpServer | None = field(default=None, repr=False)
    """What letters go out by, where that is not the server that the settings name."""
    at_once_max: int = 64
    """How many calls may be under way at once; with one at a time everything is done by the thread that wants it done."""
    pause: Callable[[float], None] = field(default=time.sleep, repr=False)
    """How one waits, so many seconds, before a call is made again."""

    @property
    def addresses(self) -> SignedAddresses:
        """Makes and opens the addresses in messages."""
        return SignedAddresses(self.settings.base_url, self.secret_key)

    @cached_property
    def http(self) -> OutgoingHttp:
        """The one client for all that goes out; made when something does."""
        return self.outside or OutgoingHttp()

    def close(self) -> None:
        """Closes all connections."""
        if "http" in self.__dict__:
            self.http.close()
        self.columns.close()
        self.database.close()


@contextmanager
def open_installation(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    uses_reserved_slots: bool = False,
    is_face: bool = False,
) -> Iterator[Installation]:
    """Opens the stores for the length of the block; nothing is connected before it is used. For a face, whose clients wait,
    nothing may take longer than clients do."""
    database = Database(
        database_url(settings),
        clock=clock or settings.clock,
        ids=ids,
        keys=ensure_key_ring(settings),
        statement_seconds_max=FACE_SECONDS_MAX if is_face else STATEMENT_SECONDS_MAX,
    )
    columns = Columns(
        columns_url(settings),
        cluster=settings.columns_cluster,
        is_reserved=uses_reserved_slots,
        retry_seconds=FACE_RETRY_SECONDS_MAX if is_face else RETRY_SECONDS_MAX,
        answer_seconds=FACE_SECONDS_MAX if is_face else ANSWER_SECONDS_MAX,
    )
    installation = Installation(settings, database, columns, ensure_secret_key(settings))
    try:
        yield installation
    finally:
        installation.close()


def ensure_shape(installation: Installation) -> None:
    """Brings both stores to the shape that this version needs; safe to repeat."""
    from siyu.platform.postgres.migrate import migrate  # Alembic is a third of what a worker would load

    migrate(installation.database.engine)
    ensure_schema(installation.columns)
