"""The made-up brand's WeCom: its staff are the company's, and its customers are people of the brand's population."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from siyu.kernel.clock import Clock, real_span
from siyu.kernel.ids import SystemIds
from siyu.platform.crypto import derive_key
from siyu.world.population.people import lot
from siyu.world.wechat.accounts import Account as WechatAccount
from siyu.world.wechat.accounts import AccountKind, Platform
from siyu.world.wechat.dispatch import AccountService
from siyu.world.wechat.posting import Address, Mode
from siyu.world.wecom.apps import ROOT_DEPARTMENT, App, Callback
from siyu.world.wecom.brand_plan import BrandOutside, BrandPlan
from siyu.world.wecom.building import add_tags
from siyu.world.wecom.chats import JoinWay
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.kf import Account
from siyu.world.wecom.rules import Rules
from siyu.world.wecom.server import WecomServer
from siyu.world.wecom.shelf import Shelf
from siyu.world.wecom.staff import Member

CORP_ID = "wwc4e781d5d3b2c001"
AGENT_ID = 1000002
ACCOUNT_ID = "wx7c1b8a4e5d2f9036"
ORIGINAL_ID = "gh_siyu_demo"
WECHAT_PATH = "/wechat"
"""Below this path of the corp's address the accounts of WeChat answer."""
WAY_GROUPS_MAX = 5
"""So many groups a code of WeCom leads to; the newest."""
WAITING_SECONDS, RETRY_SECONDS = 0.2, 1.0
KEEPING_SECONDS = 30.0
"""At most so much is forgotten of a world that is killed."""
KEPT_SUFFIX = ".kept"
AHEAD_SUFFIX = ".ahead"
"""Of a plan that is told ahead: by it the corp is made, and nobody is let in before the plan itself stands."""
_FOLLOWS = 4


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


def outside_of(brand: str) -> BrandOutside:
    """What is that brand's own."""
    if brand == "camp":
        from siyu.world.wecom.brand_camp import CAMP_OUTSIDE

        return CAMP_OUTSIDE
    from siyu.world.wecom.brand_tea import TEA_OUTSIDE

    return TEA_OUTSIDE


def build_brand_corp(
    plan: BrandPlan, clock: Clock, secrets: BrandSecrets, take_up: Callable[[Corp], bool] = lambda _: False
) -> tuple[Corp, App]:
    """The corp and the app that Siyu is there: made of the plan, unless `take_up` gives it what it was when it was put down."""
    corp = Corp(CORP_ID, clock, name=plan.name, ids=SystemIds(), seed=plan.seed, rules=_rules(clock))
    if not take_up(corp):
        _people(corp, plan, secrets)
    # It has to be told e-mails: by them the staff there are found to be the staff here.
    app = App(AGENT_ID, secrets.app_secret, "私域助手", is_made_before_2022=True)
    return corp, corp.add_app(app)


def _people(corp: Corp, plan: BrandPlan, secrets: BrandSecrets) -> None:
    """Staff and customers as the history left them."""
    department_of = {plan.units[0].unit_id: ROOT_DEPARTMENT}
    for unit in plan.units[1:]:
        above = department_of.get(unit.parent_id or 0, ROOT_DEPARTMENT)
        department_of[unit.unit_id] = corp.staff.add_department(unit.name, above).department_id
    for one in plan.staff:
        departments = [department_of.get(one.unit_id, ROOT_DEPARTMENT)]
        corp.staff.add(Member(one.userid, one.name, departments, email=one.email, has_customers=one.has_customers))
    outside = outside_of(plan.brand)
    add_tags(corp, outside.tags)
    outside.befriend(corp, plan)
    lead_by_codes(corp, plan)
    _open_to_strangers(corp, plan, outside, secrets.app_secret)
    corp.begin_run(corp.now().isoformat())


def lead_by_codes(corp: Corp, plan: BrandPlan) -> None:
    """Whoever came by a channel since its code hangs came by that code: WeCom says so by its state."""
    codes = {each.channel: each for each in plan.codes}
    for userid in dict.fromkeys(userid for each in plan.codes for userid in each.states):
        for number in corp.people.numbers_of(userid):
            relation = corp.people.relation(userid, number)
            code = codes.get(relation.state) if relation is not None else None
            if relation is not None and code is not None and relation.created_at >= code.since:
                relation.state = code.states.get(userid, relation.state)
                corp.people.keep(relation)


def _rules(clock: Clock) -> Rules:
    """Machines and people at a screen get no faster with a clock that does: what is theirs lasts as long as it really does."""

    def seconds(usual: int) -> int:
        return int(real_span(clock, timedelta(seconds=usual)).total_seconds())

    usual = Rules()
    return replace(
        usual,
        welcome_seconds=seconds(usual.welcome_seconds),
        code_seconds=seconds(usual.code_seconds),
        user_ticket_seconds=seconds(usual.user_ticket_seconds),
    )


def _open_to_strangers(corp: Corp, plan: BrandPlan, outside: BrandOutside, maker: str) -> None:
    """Customer service, and a code for each name of a group."""
    service = Account(
        corp.new_key("wk", 32), outside.service_name, "", [one.userid for one in plan.staff if one.has_customers][:3]
    )
    corp.kf.accounts[service.open_kfid] = service
    for name in outside.group_names:
        chat_ids = [chat.chat_id for chat in corp.chats.chats.values() if chat.name.startswith(name)][-WAY_GROUPS_MAX:]
        if chat_ids:
            config_id = corp.new_key("", 32)
            way = JoinWay(config_id, maker, 2, name, 1, name, len(chat_ids) + 1, chat_ids, outside.group_state)
            corp.chats.ways[config_id] = way


def build_brand_account(corp: Corp, seed: int, outside: BrandOutside, made: BrandSecrets) -> WechatAccount:
    """The account, and which of the corp's friends follow it."""
    account = WechatAccount(
        ACCOUNT_ID, made.account_secret, AccountKind.OFFICIAL, ORIGINAL_ID, name=outside.account_name
    )
    for number in range(corp.people.count):
        followers = corp.people.followers(number)
        if followers and lot(seed, number, _FOLLOWS) < outside.follows_share:
            account.know(corp.people.person(number).unionid).subscribed_at = followers[0].created_at
    return account


def _write_to(service: AccountService, account: WechatAccount, written: Sequence[str]) -> None:
    """Those who follow last write to the account, each something."""
    for fan, text in zip(list(account.fans.values())[-len(written) :], written, strict=False):
        service.doors.open("fan/write", {"appid": account.app_id, "unionid": fan.unionid, "text": text})


class BrandWecom:
    """The brand's WeCom, running: it begins when its plan is written (made before, where it is told ahead), and calls Siyu when
    Siyu answers.

    Until then nobody listens: an empty corp would say that everybody had left. `corp` is there once it is known to Siyu. What
    goes on in it and with the account is put down from time to time and at the end, and taken up at the next start.
    """

    def __init__(self, plan: Path, port: int, key: str, siyu_address: str, siyu_url: str, clock: Clock) -> None:
        self._plan, self._port, self._siyu_url = plan, port, siyu_url
        self._url = f"{siyu_address}/callbacks/wecom/{CORP_ID}"
        self._clock = clock
        self.corp: Corp | None = None
        self._secrets = brand_secrets(key)
        self._platform = Platform(clock, ids=SystemIds())
        self.accounts = AccountService(self._platform)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wecom", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while (told := self._told()) is None:
            if self._stopped.wait(WAITING_SECONDS):
                return
        plan, self._shelf = BrandPlan.from_json(told), self._shelf_of(told)
        corp, app = build_brand_corp(plan, self._clock, self._secrets, self._shelf.take_up)
        corp.siyu_url = self._siyu_url
        app.trusted_domains = {urlsplit(self._siyu_url).netloc, urlsplit(self._url).netloc}
        callback = Callback(self._url, self._secrets.callback_token, self._secrets.encoding_aes_key)
        self._platform.on_change = corp.changes.tell
        while not self._plan.exists():
            if self._stopped.wait(WAITING_SECONDS):
                return
        whole = self._plan.read_text(encoding="utf-8")
        if whole != told:
            plan, self._shelf = BrandPlan.from_json(whole), self._shelf_of(whole)
            lead_by_codes(corp, plan)
        with WecomServer(corp, self._port, {WECHAT_PATH: self.accounts}):
            while not corp.postman.verify(callback):
                if self._stopped.wait(RETRY_SECONDS):
                    return
            with corp.lock:
                app.callback = callback
            self.corp = corp
            self._serve_account(corp, plan)

    def _shelf_of(self, told: str) -> Shelf:
        return Shelf(self._plan.with_suffix(KEPT_SUFFIX), told, self._platform)

    def _told(self) -> str | None:
        """The plan as soon as it is told; the whole of it, once there is that."""
        for path in (self._plan, self._plan.with_suffix(AHEAD_SUFFIX)):
            with suppress(FileNotFoundError):
                return path.read_text(encoding="utf-8")
        return None

    def _serve_account(self, corp: Corp, plan: BrandPlan) -> None:
        """The brand's account of WeChat: it calls Siyu as soon as it is connected there."""
        outside = outside_of(plan.brand)
        platform, made = self._platform, self._secrets
        url = f"{self._siyu_url}/callbacks/wechat/{ACCOUNT_ID}"
        address = Address(url, made.account_token, Mode.SAFE, made.account_aes_key)
        with platform.lock:
            is_new = ACCOUNT_ID not in platform.accounts
            if is_new:
                platform.accounts[ACCOUNT_ID] = build_brand_account(corp, plan.seed, outside, made)
            account = platform.accounts[ACCOUNT_ID]
            account.address = None
        platform.postman.start()
        while not platform.postman.challenge(address):
            if self._stopped.wait(RETRY_SECONDS):
                break
        else:
            with platform.lock:
                account.address = address
            if is_new:
                _write_to(self.accounts, account, outside.written)
        while not self._stopped.wait(KEEPING_SECONDS):
            self._shelf.put_down(corp)
        self._shelf.put_down(corp)
        platform.postman.stop()
