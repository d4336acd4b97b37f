"""One corp: its staff, its customers, its apps, and all that goes on between them. Everything is done under its lock."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from siyu.kernel.clock import Clock
from siyu.kernel.ids import IdSource, SeededIds, derived_hex
from siyu.world.wecom.acquisition import Links
from siyu.world.wecom.apps import App, AppKind
from siyu.world.wecom.callbacks import Postman, Value
from siyu.world.wecom.changes import Changes
from siyu.world.wecom.chats import Chats
from siyu.world.wecom.faults import Faults
from siyu.world.wecom.kf import Kf
from siyu.world.wecom.limits import Meter
from siyu.world.wecom.mass import MassMessages
from siyu.world.wecom.media import MediaStore
from siyu.world.wecom.moments import Moments
from siyu.world.wecom.moving import Agenda, MovingClock
from siyu.world.wecom.oauth import Codes
from siyu.world.wecom.people import People
from siyu.world.wecom.phones import Phones
from siyu.world.wecom.pictures import Poster
from siyu.world.wecom.rules import Rules
from siyu.world.wecom.staff import Staff
from siyu.world.wecom.statistics import Activity
from siyu.world.wecom.tags import Tags
from siyu.world.wecom.tickets import Tickets
from siyu.world.wecom.tokens import Tokens
from siyu.world.wecom.transfers import Transfers
from siyu.world.wecom.ways import Ways
from siyu.world.wecom.welcome import Welcomes


class Corp:
    """The state of the emulated WeCom. `address` is where it listens, once it does; `siyu_url` is whose pages its phones open."""

    def __init__(
        self,
        corp_id: str,
        clock: Clock,
        *,
        name: str = "晨曦茶饮",
        rules: Rules | None = None,
        ids: IdSource | None = None,
        seed: int = 1,
    ) -> None:
        self.corp_id, self.name, self.seed = corp_id, name, seed
        self.rules = rules or Rules()
        self.clock = MovingClock(clock)
        self.ids = ids or SeededIds(seed)
        self.lock = threading.RLock()
        self.agenda = Agenda()
        self.faults = Faults()
        self.meter = Meter()
        self.apps: dict[str, App] = {}
        self.tokens = Tokens(corp_id, self.rules, self.ids)
        self.tickets = Tickets()
        self.codes = Codes()
        self.staff = Staff(name)
        self.people = People(seed, int(clock.now().timestamp()))
        self.tags = Tags()
        self.ways = Ways()
        self.links = Links()
        self.chats = Chats()
        self.welcomes = Welcomes()
        self.mass = MassMessages()
        self.moments = Moments()
        self.media = MediaStore()
        self.kf = Kf()
        self.transfers = Transfers()
        self.changes = Changes()
        self.phones = Phones(self.changes)
        self.posters: list[Poster] = []
        self.address, self.siyu_url = "", ""
        self.activity = Activity()
        self.postman = Postman(corp_id, self.rules, self.clock, self.ids, self.faults)
        self.keys, self.run = 0, ""

    def now(self) -> datetime:
        return self.clock.now()

    @property
    def now_seconds(self) -> int:
        return int(self.clock.now().timestamp())

    def begin_run(self, run: str) -> None:
        """The corp stands; what comes from now on gets ids of this run alone. So one that is made again from its seed while
        somebody remembers the last gives nobody's id to somebody else."""
        self.run = run
        self.people.begin_run(run)

    def add_app(self, app: App) -> App:
        """An app more; its secret must be its own."""
        if app.secret in self.apps:
            raise ValueError("another app has this secret")
        self.apps[app.secret] = app
        return app

    def new_key(self, prefix: str, length: int = 32) -> str:
        """An id that nothing else here has, of the shape that WeCom's have."""
        self.keys += 1
        seed = f"{self.seed}{self.run}"
        digits = derived_hex(seed, prefix, str(self.keys)) + derived_hex(seed, "more", str(self.keys))
        return (prefix + digits)[:length]

    def tell_customers(self, change: str, userid: str, number: int, **more: Value) -> None:
        """`change_external_contact`, to every app that sees the member."""
        fields: dict[str, Value] = {
            "Event": "change_external_contact",
            "ChangeType": change,
            "UserID": userid,
            "ExternalUserID": self.people.id_of(number),
            **more,
        }
        self._tell(fields, [app for app in self._hearing() if self.staff.is_visible(app, userid)])

    def tell_chat(self, change: str, chat_id: str, owner: str, **more: Value) -> None:
        """`change_external_chat`, to every app that sees the owner."""
        fields: dict[str, Value] = {
            "Event": "change_external_chat",
            "ChangeType": change,
            "ChatId": chat_id,
            **more,
        }
        self._tell(fields, [app for app in self._hearing() if self.staff.is_visible(app, owner)])

    def tell_tag(self, change: str, tag_id: str, tag_type: str) -> None:
        """`change_external_tag`, to every app."""
        fields: dict[str, Value] = {
            "Event": "change_external_tag",
            "ChangeType": change,
            "Id": tag_id,
            "TagType": tag_type,
        }
        self._tell(fields, self._hearing())

    def tell_app(self, secret: str, **fields: Value) -> None:
        """Something that concerns one app alone: a link that it made, a session of customer service."""
        app = self.apps.get(secret)
        if app is not None:
            self._tell(fields, [app])

    def tell_staff(self, change: str, userid: str, departments: Sequence[int]) -> None:
        """`change_contact`, to the address book's own secret."""
        fields: dict[str, Value] = {"Event": "change_contact", "ChangeType": change, "UserID": userid}
        if departments:
            fields["Department"] = ",".join(map(str, departments))
        self._tell(fields, [app for app in self.apps.values() if app.kind is AppKind.CONTACTS])

    def _hearing(self) -> list[App]:
        return [
            app
            for app in self.apps.values()
            if app.is_enabled
            and (app.kind is AppKind.CUSTOMERS or (app.kind is AppKind.OWN and app.may_call_customers))
        ]

    def _tell(self, fields: dict[str, Value], apps: Sequence[App]) -> None:
        for app in apps:
            if app.callback is not None:
                # The receivers of customer contact and of the address book belong to no app.
                agent_id = app.agent_id if app.kind is AppKind.OWN else None
                self.postman.post(app.callback, agent_id, fields)
