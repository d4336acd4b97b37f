"""The made-up brand's WeCom: its staff are the company's, and its customers are people of the brand's population.

Whoever has told the mini-program who they are may also be a friend of somebody in their store; WeCom tells of them by the
unionid that the mini-program knows, so nobody is there twice. Seed and day decide who: made again, it is the same corp.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from siyu.kernel.clock import Clock, SystemClock
from siyu.kernel.ids import SystemIds
from siyu.platform.crypto import derive_key
from siyu.world.brand import GROUP_NAMES, STORES
from siyu.world.chance import Chance
from siyu.world.names import FEMALE
from siyu.world.persons import Person as BrandPerson
from siyu.world.population import Population
from siyu.world.wechat.accounts import Account as WechatAccount
from siyu.world.wechat.accounts import AccountKind, Platform
from siyu.world.wechat.dispatch import AccountService
from siyu.world.wechat.posting import Address, Mode
from siyu.world.wecom.apps import ROOT_DEPARTMENT, App, Callback
from siyu.world.wecom.building import add_tags
from siyu.world.wecom.chats import OUTSIDE, STAFF, Chat, ChatMember, JoinWay
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.kf import Account
from siyu.world.wecom.people import ADD_WAYS, Person, Relation
from siyu.world.wecom.server import WecomServer
from siyu.world.wecom.staff import Member

CORP_ID = "wwc4e781d5d3b2c001"
AGENT_ID = 1000002
ACCOUNT_ID, ACCOUNT_NAME = "wx7c1b8a4e5d2f9036", "晨曦茶饮"
WECHAT_PATH = "/wechat"
"""Below this path of the corp's address the accounts of WeChat answer."""
TAGS = {
    "客户来源": ("门店", "小程序", "朋友推荐", "社群"),
    "顾问备注": ("会员日必来", "企业下午茶", "常送人", "乳糖不耐"),
}
FRIENDS_SHARE, SECONDS_SHARE = 0.55, 0.12
"""How many of those who could be are friends of somebody; how many of these of the region's manager too."""
LOOKED_AT_MAX = 6_000
"""Of a large population only one in so many is looked at, so that the corp stands within a second or two."""
BY_CODE, STORE_STATE = 1, "门店码"
SERVICE_NAME = "晨曦茶饮客服"
CHATS_PER_NAME, CHAT_CUSTOMERS_MAX = 2, 200
WAITING_SECONDS, RETRY_SECONDS = 0.2, 1.0
_FRIENDSHIP = 3


@dataclass(frozen=True, slots=True)
class BrandUnit:
    """A unit of the company, and the department that it is there."""

    unit_id: int
    parent_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class BrandMember:
    """Somebody of the company's staff."""

    userid: str
    name: str
    email: str
    unit_id: int
    has_customers: bool


@dataclass(frozen=True, slots=True)
class BrandPlan:
    """From what the corp is made. `units` begin with the root, each after the one above it."""

    name: str
    seed: int
    customers: int
    anchor: str
    zone: str
    units: Sequence[BrandUnit]
    staff: Sequence[BrandMember]

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> BrandPlan:
        """The plan that was written down."""
        told: dict[str, Any] = json.loads(text)
        units = [BrandUnit(**each) for each in told.pop("units")]
        return cls(units=units, staff=[BrandMember(**each) for each in told.pop("staff")], **told)


@dataclass(frozen=True, slots=True)
class BrandSecrets:
    """What app and callbacks are known by."""

    app_secret: str
    callback_token: str
    encoding_aes_key: str
    account_secret: str
    account_token: str
    account_aes_key: str


def brand_secrets(key: str) -> BrandSecrets:
    """The secrets that both sides make of the one they share."""
    app, token, aes = (derive_key(key, f"{what} of the brand's corp").hex() for what in ("app", "token", "callbacks"))
    made = (derive_key(key, f"{what} of the brand's account").hex() for what in ("app", "token", "callbacks"))
    account, account_token, account_aes = made
    return BrandSecrets(app[:43], token[:32], f"{aes[:42]}A", account[:32], account_token[:32], f"{account_aes[:42]}A")


def build_brand_corp(plan: BrandPlan, clock: Clock, secrets: BrandSecrets) -> tuple[Corp, App]:
    """The corp and the app that Siyu is there."""
    corp = Corp(CORP_ID, clock, name=plan.name, ids=SystemIds(), seed=plan.seed)
    department_of = {plan.units[0].unit_id: ROOT_DEPARTMENT}
    for unit in plan.units[1:]:
        above = department_of.get(unit.parent_id or 0, ROOT_DEPARTMENT)
        department_of[unit.unit_id] = corp.staff.add_department(unit.name, above).department_id
    for one in plan.staff:
        departments = [department_of.get(one.unit_id, ROOT_DEPARTMENT)]
        corp.staff.add(Member(one.userid, one.name, departments, email=one.email, has_customers=one.has_customers))
    add_tags(corp, TAGS)
    _befriend(corp, plan)
    _open_to_strangers(corp, plan, secrets.app_secret)
    corp.begin_run(clock.now().isoformat())
    # It has to be told e-mails: by them the staff there are found to be the staff here.
    app = App(AGENT_ID, secrets.app_secret, "私域助手", is_made_before_2022=True)
    return corp, corp.add_app(app)


def _open_to_strangers(corp: Corp, plan: BrandPlan, maker: str) -> None:
    """Customer service, and a code for each name of a group."""
    service = Account(
        corp.new_key("wk", 32), SERVICE_NAME, "", [one.userid for one in plan.staff if one.has_customers][:3]
    )
    corp.kf.accounts[service.open_kfid] = service
    for name in GROUP_NAMES:
        chat_ids = [chat.chat_id for chat in corp.chats.chats.values() if chat.name.startswith(name)]
        if chat_ids:
            config_id = corp.new_key("", 32)
            way = JoinWay(config_id, maker, 2, name, 1, name, len(chat_ids) + 1, chat_ids, "门店群码")
            corp.chats.ways[config_id] = way


def _befriend(corp: Corp, plan: BrandPlan) -> None:
    population = Population(plan.seed, plan.customers, datetime.fromisoformat(plan.anchor), ZoneInfo(plan.zone))
    keepers = _keepers(plan)
    chats = _chats(corp, population, sorted({userid for some, _ in keepers.values() for userid in some}))
    tag_ids = [tag.tag_id for group in corp.tags.live for tag in group.live]
    for number in range(0, plan.customers, -(-plan.customers // LOOKED_AT_MAX)):
        chance = Chance(plan.seed, number, _FRIENDSHIP)
        person = population.person(number)
        is_friend = chance.happens(FRIENDS_SHARE) or person.joins_group
        known_at = population.known_to_wechat_at(number) if is_friend else None
        some, seconds = keepers.get(person.store.name, ((), ()))
        added_at = known_at + timedelta(hours=chance.between(1, 400)) if known_at else population.anchor
        if not some or added_at >= population.anchor:
            continue
        customer = corp.people.add_person(_wechat(person))
        asked = [some[number % len(some)]]
        asked += [each for each in seconds if each not in asked and chance.happens(SECONDS_SHARE)]
        for userid in asked:
            way = chance.pick(ADD_WAYS)
            corp.people.add(
                Relation(
                    userid,
                    customer,
                    int(added_at.timestamp()),
                    way,
                    corp.people.id_of(customer),
                    STORE_STATE if way == BY_CODE else "",
                    tag_ids=[chance.one_of(tag_ids)] if chance.happens(0.4) else [],
                )
            )
        if chats and person.joins_group:
            _join(chats[customer % len(chats)], customer, added_at + timedelta(minutes=chance.between(5, 50)))


def _keepers(plan: BrandPlan) -> dict[str, tuple[Sequence[str], Sequence[str]]]:
    """{store: (who keeps its customers, who else may have them)}: its own staff, or else those of its region."""
    name_of = {unit.unit_id: unit.name for unit in plan.units}
    of_unit: dict[str, list[str]] = {}
    for one in plan.staff:
        if one.has_customers:
            of_unit.setdefault(name_of[one.unit_id], []).append(one.userid)
    found: dict[str, tuple[Sequence[str], Sequence[str]]] = {}
    for store in STORES:
        above = of_unit.get(store.region, [])
        found[store.name] = (of_unit.get(store.name) or above, above)
    return found


def _wechat(person: BrandPerson) -> Person:
    return Person(person.name, 2 if person.gender == FEMALE else 1, person.unionid.value)


def _chats(corp: Corp, population: Population, owners: Sequence[str]) -> Sequence[Chat]:
    made = []
    begins_at = int(population.calendar.begins_at.timestamp())
    for number in range(len(GROUP_NAMES) * CHATS_PER_NAME if owners else 0):
        name = f"{GROUP_NAMES[number % len(GROUP_NAMES)]}{number // len(GROUP_NAMES) + 1}"
        owner = owners[number % len(owners)]
        chat = Chat(corp.new_key("wr"), name, owner, begins_at, version=corp.new_key("", 32))
        chat.members[owner] = ChatMember(STAFF, owner, begins_at)
        corp.chats.chats[chat.chat_id] = chat
        made.append(chat)
    return made


def _join(chat: Chat, customer: int, at: datetime) -> None:
    if len(chat.members) <= CHAT_CUSTOMERS_MAX:
        chat.members[customer] = ChatMember(OUTSIDE, customer, int(at.timestamp()), 3)


class BrandWecom:
    """The brand's WeCom, running: it begins when its plan is written, and calls Siyu when Siyu answers.

    Until then nobody listens: an empty corp would say that everybody had left.
    """

    def __init__(self, plan: Path, port: int, key: str, callbacks_url: str, siyu_url: str) -> None:
        self._plan, self._port, self._url, self._siyu_url = plan, port, callbacks_url, siyu_url
        self._secrets = brand_secrets(key)
        self._platform = Platform(SystemClock(), ids=SystemIds())
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wecom", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._plan.exists():
            if self._stopped.wait(WAITING_SECONDS):
                return
        plan = BrandPlan.from_json(self._plan.read_text(encoding="utf-8"))
        corp, app = build_brand_corp(plan, SystemClock(), self._secrets)
        corp.siyu_url = self._siyu_url
        app.trusted_domains = {urlsplit(self._siyu_url).netloc, urlsplit(self._url).netloc}
        callback = Callback(self._url, self._secrets.callback_token, self._secrets.encoding_aes_key)
        self._platform.on_change = corp.changes.tell
        with WecomServer(corp, self._port, {WECHAT_PATH: AccountService(self._platform)}):
            while not corp.postman.verify(callback):
                if self._stopped.wait(RETRY_SECONDS):
                    return
            with corp.lock:
                app.callback = callback
            self._serve_account()

    def _serve_account(self) -> None:
        """The brand's account of WeChat: it calls Siyu as soon as it is connected there."""
        platform, made = self._platform, self._secrets
        url = f"{self._siyu_url}/callbacks/wechat/{ACCOUNT_ID}"
        address = Address(url, made.account_token, Mode.SAFE, made.account_aes_key)
        account = WechatAccount(ACCOUNT_ID, made.account_secret, AccountKind.OFFICIAL, "gh_chenxi", name=ACCOUNT_NAME)
        with platform.lock:
            platform.accounts[ACCOUNT_ID] = account
        platform.postman.start()
        while not platform.postman.challenge(address):
            if self._stopped.wait(RETRY_SECONDS):
                break
        else:
            with platform.lock:
                account.address = address
        self._stopped.wait()
        platform.postman.stop()
