"""The company's WeCom: who works there, which app calls, where it is called back, and how Siyu is joined to it."""

from __future__ import annotations

from typing import Any, Final

from siyu.assembly.installation import Installation
from siyu.assembly.mirroring import sync_contacts
from siyu.assembly.serving import desk_of, keep_all_accounts
from siyu.assembly.simulation.line import WECOM_URL
from siyu.assembly.wecom import WecomClients
from siyu.domain.company import service as company
from siyu.domain.company.contracts import WecomSecrets, WelcomeMessage, WelcomePlan
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import Removal, WriteBack
from siyu.domain.contacts.reading import list_members
from siyu.domain.entries import service as entries
from siyu.domain.service import service
from siyu.domain.tags import service as tags
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import Clock
from siyu.platform.postgres.database import UnitOfWork
from siyu.world.wecom.apps import App, AppKind, Callback
from siyu.world.wecom.building import add_tags
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.doors import open_door
from siyu.world.wecom.kf import Account
from siyu.world.wecom.people import Person
from siyu.world.wecom.staff import Member

ACTOR = system_actor("simulation")
CORP_ID: Final = "wwsimulated0000001"
AGENT_ID: Final = 1000002
APP_SECRET, BOOK_SECRET, TOKEN = "simulated-app-secret", "simulated-book-secret", "QDG6eK"  # of nobody
AES_KEY: Final = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
MEMBERS: Final = ("anna", "ben", "clara")
RESIGNS: Final = MEMBERS[-1]
KFID: Final = "wksimulated00000000000000000001"
TAG_GROUP: Final = "来历"
TAG_BACK, TAG_CODE, TAG_STAFF = "回来了", "扫过码", "爱聊天"
HELLO, HELLO_CODE = "你好，我是店里的顾问。", "你好，谢谢扫码。"


def build_office(clock: Clock, seed: int) -> Corp:
    """The corp on its first day: staff, tags, an account of customer service, an app, and nobody who knows them yet."""
    corp = Corp(CORP_ID, clock, name="模拟公司", seed=seed)
    for userid in MEMBERS:
        corp.staff.add(Member(userid, userid, email=f"{userid}@simulated.example"))
    add_tags(corp, {TAG_GROUP: (TAG_BACK, TAG_CODE, TAG_STAFF)})
    corp.kf.accounts[KFID] = Account(KFID, "客服", "", servicers=[MEMBERS[0]])
    callback = Callback("http://siyu.invalid/callback", TOKEN, AES_KEY)
    corp.add_app(App(AGENT_ID, APP_SECRET, callback=callback))
    corp.add_app(App(0, BOOK_SECRET, kind=AppKind.CONTACTS, callback=callback))
    for owner in (MEMBERS[0], RESIGNS):
        open_door(corp, "chat/make", {"owner": owner, "name": f"{owner} 的群"})
    return corp


def add_townspeople(corp: Corp, people: int) -> list[str]:
    """Everybody has a phone with WeChat on it; the external_userids in the order of their numbers."""
    numbers = [corp.people.add_person(Person(f"某{number}", 1, unionid_of(number))) for number in range(people)]
    return [corp.people.id_of(number) for number in numbers]


def unionid_of(person: int) -> str:
    """By which somebody is the same in WeChat and to the company."""
    return f"oSimulatedTown{person:014}"


def join_office(installation: Installation) -> None:
    """Connects the corp, reads it for the first time and says what is done with whoever comes."""
    database = installation.database
    with database.begin() as work:
        company.ensure_first_admin(work, "admin@simulated.example", "simulated password", "模拟公司")
        secrets = WecomSecrets(APP_SECRET, BOOK_SECRET, TOKEN, AES_KEY)
        company.save_wecom_corp(
            work, ACTOR, CORP_ID, "模拟公司", agent_id=AGENT_ID, secrets=secrets, base_url=WECOM_URL
        )
        company.save_wecom_welcome(work, ACTOR, CORP_ID, WelcomePlan(WelcomeMessage(HELLO)))
    sync_contacts(installation, corp_id=CORP_ID)
    keep_all_accounts(desk_of(database, installation.settings.zone), WecomClients.of_installation(installation))
    with database.begin() as work:
        _keep_tags(work)
        _make_code(work, installation)
        _answer(work)


def _keep_tags(work: UnitOfWork) -> None:
    (group,) = contacts.list_synced_groups(work, ACTOR, CORP_ID)
    contacts.save_tag_rules(
        work, ACTOR, CORP_ID, group.outside_id, is_synced=True, write_back=WriteBack.ALL, removal=Removal.EITHER
    )


def tag_ids(work: UnitOfWork) -> dict[str, int]:
    """{name: tag} of those that are kept alike in WeCom and here."""
    (group,) = [each for each in tags.list_groups(work, ACTOR) if each.name == TAG_GROUP]
    return {each.name: each.tag_id for each in group.tags}


def _make_code(work: UnitOfWork, installation: Installation) -> None:
    staff_ids = [each.staff_id for each in list_members(work, ACTOR, CORP_ID)]
    document: dict[str, Any] = {
        "title": "加顾问",
        "corp_id": CORP_ID,
        "mode": "direct",
        "staff_ids": sorted(staff_id for staff_id in staff_ids if staff_id is not None),
        "tags": [tag_ids(work)[TAG_CODE]],
        "welcomes": [{"text": HELLO_CODE}],
    }
    zone = installation.settings.zone
    made = entries.create_code(work, ACTOR, "门店", document, zone)
    entries.publish_code(work, ACTOR, made.code_id, zone)


def _answer(work: UnitOfWork) -> None:
    made = service.create_rules(work, ACTOR, "客服", {"first_reply": "收到。"})
    service.publish_rules(work, ACTOR, made.rules_id)
    for account in service.list_accounts(work, ACTOR):
        service.choose_rules(work, ACTOR, account.account_id, made.rules_id)
