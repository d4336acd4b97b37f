"""Every other endpoint once against the emulated WeCom: what is sent is understood, what comes back is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siyu.channels.wecom import acquisition, kf, media, messages, oauth, transfers, ways
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.contacts import list_addresses
from siyu.channels.wecom.customers import list_customer_ids
from siyu.channels.wecom.errors import WecomRefusedError
from siyu.channels.wecom.groups import list_groups
from siyu.channels.wecom.media import MediaKind
from siyu.channels.wecom.tokens import TokenKind
from siyu.domain.company.contracts import WECOM_URL
from siyu.kernel.clock import ManualClock
from siyu.world.wecom import friends
from siyu.world.wecom import kf as world_kf
from siyu.world.wecom.oauth import authorize
from siyu.world.wecom.people import Person
from tests.channels.wecom.emulated import CORP_ID, SECRET, Emulated

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def test_ways_in(wecom: Wecom, emulated: Emulated) -> None:
    made = ways.add_contact_way(wecom, ways.ContactWay(["staff0001", "staff0002"], state="shop1", remark="门店一"))
    ways.update_contact_way(wecom, ways.ContactWay(["staff0002"], state="shop2", config_id=made.config_id))
    known = ways.get_contact_way(wecom, made.config_id)
    assert (known.userids, known.state, known.qr_code) == (("staff0002",), "shop2", made.qr_code)
    assert list(ways.list_contact_ways(wecom)) == [made.config_id]
    person = emulated.corp.people.add_person(Person("新客", 1, "u1"))
    assert friends.scan_way(emulated.corp, made.config_id, person)["userid"] == "staff0002"
    ways.delete_contact_way(wecom, made.config_id)
    with pytest.raises(WecomRefusedError):
        ways.get_contact_way(wecom, made.config_id)
    link = acquisition.create_link(wecom, acquisition.AcquisitionLink("朋友圈", ["staff0003"]))
    assert acquisition.url_with_channel(link.url, "抖音").endswith("?customer_channel=%E6%8A%96%E9%9F%B3")
    friends.open_link(emulated.corp, link.link_id, emulated.corp.people.add_person(Person("新客", 1, "u2")), "ads")
    ((came,),) = acquisition.link_customer_pages(wecom, link.link_id)
    assert (came.userid, came.state) == ("staff0003", "ads")
    quota = acquisition.get_quota(wecom)
    assert quota.left == quota.total - 1
    assert acquisition.get_link(wecom, link.link_id).userids == ("staff0003",)
    acquisition.update_link(wecom, acquisition.AcquisitionLink("改名", ["staff0001"], link_id=link.link_id))
    assert list(acquisition.list_link_ids(wecom)) == [link.link_id]
    acquisition.delete_link(wecom, link.link_id)


def test_files_staff_and_pages(wecom: Wecom, emulated: Emulated, clock: ManualClock) -> None:
    picture = media.upload(wecom, MediaKind.IMAGE, '门"店.png', PNG, clock.now())
    assert media.get_media(wecom, picture.media_id) == PNG
    assert media.upload_attachment(wecom, MediaKind.IMAGE, "a.png", PNG, clock.now()).media_id != picture.media_id
    url = media.upload_image(wecom, "a.png", PNG)
    assert url.startswith("https://")
    clock.advance(media.LASTS * 1.01)
    with pytest.raises(WecomRefusedError) as caught:
        media.get_media(wecom, picture.media_id)
    assert caught.value.errcode in (40007, 40145)
    with pytest.raises(WecomRefusedError):
        media.upload(wecom, MediaKind.IMAGE, "a.png", b"tiny", clock.now())
    sent = messages.send_card(wecom, ["staff0001", "nobody"], "跟进", "请看", "https://siyu.example/t/1")
    assert sent.message_id
    assert list(sent.unreached) == ["nobody"]
    app = emulated.corp.apps[SECRET]
    back = authorize(emulated.corp, app, "staff0001", "https://siyu.example/back", "snsapi_base", "s")
    code = back.partition("code=")[2].partition("&")[0]
    assert oauth.visitor_of(wecom, code).userid == "staff0001"
    with pytest.raises(WecomRefusedError):
        oauth.visitor_of(wecom, code)
    asked = oauth.inside_url(wecom, "https://siyu.example/back", "s")
    assert asked.startswith(f"{wecom.app.base_url}/connect/oauth2/authorize?appid={CORP_ID}")
    real = wecom.as_app(replace(wecom.app, base_url=WECOM_URL))
    assert oauth.inside_url(real, "https://siyu.example/back", "s").startswith("https://open.weixin.qq.com/")
    assert oauth.scan_url(real, "https://siyu.example/back", "s").startswith("https://login.work.weixin.qq.com/")
    tickets = [wecom.ticket(kind) for kind in (TokenKind.PAGE_TICKET, TokenKind.AGENT_TICKET)]
    assert tickets[0] != tickets[1]
    assert tickets == [wecom.ticket(kind) for kind in (TokenKind.PAGE_TICKET, TokenKind.AGENT_TICKET)]
    assert list_addresses(wecom)


def test_customers_and_groups_are_handed_over(wecom: Wecom, emulated: Emulated) -> None:
    customers = list_customer_ids(wecom, "staff0001")[:2]
    started = transfers.start_transfer(wecom, "staff0001", "staff0002", customers, message="以后由小李照顾您")
    assert started == dict.fromkeys(customers, 0)
    results = list(transfers.list_results(wecom, "staff0001", "staff0002"))
    assert {one.status for one in results} == {transfers.TransferStatus.WAITING}
    (group, *_) = list_groups(wecom, ["staff0001"])
    assert transfers.transfer_groups(wecom, [group.chat_id], "staff0001") == {group.chat_id: 90504}
    assert transfers.transfer_groups(wecom, [group.chat_id], "staff0003") == {}
    friends.resign(emulated.corp, "staff0001")
    left = wecom.call("externalcontact/get_unassigned_list", {})["info"]
    ids = [one["external_userid"] for one in left][:3]
    assert set(transfers.start_transfer(wecom, "staff0001", "staff0004", ids, is_resigned=True)) == set(ids)
    assert list(transfers.list_results(wecom, "staff0001", "staff0004", is_resigned=True))


def test_customer_service(wecom: Wecom, emulated: Emulated, clock: ManualClock) -> None:
    picture = media.upload(wecom, MediaKind.IMAGE, "a.png", PNG, clock.now())
    account = str(wecom.call("kf/account/add", {"name": "晨曦客服", "media_id": picture.media_id})["open_kfid"])
    assert [one.open_kfid for one in kf.list_accounts(wecom)] == [account]
    for number in range(kf.ACCOUNTS_PAGE_MAX):
        made = world_kf.Account(f"wk{number}", f"{number}", "")
        emulated.corp.kf.accounts[made.open_kfid] = made
    assert len(kf.list_accounts(wecom)) == kf.ACCOUNTS_PAGE_MAX + 1
    assert kf.add_link(wecom, account, "menu").startswith(f"{emulated.corp.address}/kfid/")
    wecom.call("kf/servicer/add", {"open_kfid": account, "userid_list": ["staff0001"]})
    assert kf.list_servicers(wecom, account) == [("staff0001", True)]
    customer = list_customer_ids(wecom, "staff0001")[0]
    number = emulated.corp.people.number_of(customer)
    world_kf.enter(emulated.corp, account, number, "menu")
    entered = kf.message_page(wecom, account)
    code = str(entered.rows[0].content["welcome_code"])
    assert kf.answer_event(wecom, code, "text", {"content": "您好"})
    world_kf.write(emulated.corp, account, number, {"msgtype": "text", "text": {"content": "在吗"}})
    page = kf.message_page(wecom, account)
    assert [one.kind for one in page.rows] == ["event", "text"]
    assert page.rows[1].content["content"] == "在吗"
    assert {one.external_userid for one in page.rows} == {customer}
    assert not kf.message_page(wecom, account, cursor=page.next_cursor).rows
    assert kf.send_message(wecom, account, customer, "text", {"content": "在的"}, message_id="m1") == "m1"
    with pytest.raises(WecomRefusedError) as caught:
        kf.send_message(wecom, account, customer, "text", {"content": "在的"}, message_id="m1")
    assert caught.value.errcode == 95033
    kf.change_session(wecom, account, customer, kf.SessionState.SERVICER, "staff0001")
    assert kf.get_session(wecom, account, customer) == (kf.SessionState.SERVICER, "staff0001")
    assert kf.list_kf_customers(wecom, [customer])[0]["external_userid"] == customer
