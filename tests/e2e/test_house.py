"""What an operator makes for colleagues: a persona with an account dressed item by item, a welcome of groups, rules of customer
service tried on a phone, codes of coupons, a script and a quick reply; and a question that the middle office answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_a_persona_gets_an_account_that_is_dressed(walk: Walk, say: Words) -> None:
    page, name, account = walk.page, f"茶博士 {say.language}", f"wxteadoctor{say.language}"
    walk.go("/personas")
    page.get_by_role("button", name=say.button("personas.create")).first.click()
    page.get_by_label(say("personas.name"), exact=True).fill(name)
    page.get_by_label(say("personas.role"), exact=True).fill("专家")
    stages = page.get_by_role("combobox", name=say("personas.stages"))
    for stage in ("新客", "成长"):
        stages.fill(stage)
        stages.press("Enter")
    page.get_by_label(say("personas.tone"), exact=True).fill("自称老茶，慢慢说。")
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("personas.save")).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_role("button", name=say.button("personas.addAccount")).click()
    dialog = page.get_by_role("dialog", name=say("personas.addAccount"))
    walk.choose(dialog.get_by_label(say("personas.channel"), exact=True), say("personas.channels.official_account"))
    dialog.get_by_label(say("personas.appid"), exact=True).fill(account)
    dialog.get_by_role("button", name=say.button("personas.addAccount")).click()
    expect(page.get_by_role("table", name=say("personas.accounts")).get_by_text(account)).to_be_visible()
    checklist = page.get_by_role("table", name=say("personas.checklist"))
    item = checklist.get_by_role("checkbox", name=f"{account} · {say('personas.usual.cover')}")
    item.click()
    expect(item).to_be_checked()
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("personas.edit")).click()
    page.get_by_label(say("personas.tone"), exact=True).fill("自称老茶，慢慢说，从不催。")
    page.get_by_role("button", name=say.button("personas.save")).click()
    expect(page).to_have_url(re.compile(r"/personas/\d+$"))
    expect(page.get_by_role("main").get_by_text("从不催")).to_be_visible()
    walk.go("/personas")
    card = page.get_by_role("list", name=say("personas.title")).get_by_role("listitem").filter(has_text=name)
    expect(card).to_contain_text(say("personas.dressedOf", 1, 5))


def test_groups_are_greeted(walk: Walk, say: Words) -> None:
    page, name = walk.page, f"新茶群 {say.language}"
    walk.go("/groups/welcomes")
    page.get_by_role("button", name=say.button("groups/welcomes.create")).first.click()
    dialog = page.get_by_role("dialog", name=say("groups/welcomes.create"))
    dialog.get_by_label(say("groups/welcomes.name"), exact=True).fill(name)
    dialog.get_by_label(say("groups/welcomes.text"), exact=True).fill("欢迎进群，")
    dialog.get_by_role("button", name=say.button("groups/welcomes.nickname")).click()
    expect(dialog.get_by_text(f"欢迎进群，{say('groups/welcomes.nicknameWord')}")).to_be_visible()
    dialog.get_by_role("button", name=say.button("groups/welcomes.addLink")).click()
    dialog.get_by_label(say("groups/welcomes.linkTitle"), exact=True).fill("新茶单")
    dialog.get_by_label(say("groups/welcomes.linkUrl"), exact=True).fill("https://chenxi.example/menu")
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("groups/welcomes.save")).click()
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))
    expect(card.get_by_text(say("groups/welcomes.states.made"))).to_be_visible()  # WeCom has it
    assert walk.faults() == []


def test_customer_service_answers_by_rules(walk: Walk, say: Words) -> None:
    page, name, answer = walk.page, f"春茶答疑 {say.language}", "每天十点到二十二点。"
    walk.go("/service/rules/new")
    page.get_by_label(say("service.name"), exact=True).fill(name)
    page.get_by_role("button", name=say.button("service.addReply")).click()
    replies = page.get_by_role("region", name=say("service.replies"), exact=True)
    words = replies.get_by_role("combobox", name=say("service.words"))
    words.fill("营业")
    words.press("Enter")
    replies.get_by_role("textbox", name=say("service.answer"), exact=True).fill(answer)
    tried = page.get_by_role("region", name=say("service.preview"), exact=True)
    tried.get_by_label(say("service.tryText")).fill("你们几点营业呀")
    page.keyboard.press("Enter")
    expect(tried.get_by_text(answer)).to_be_visible()
    expect(tried.get_by_text(say("service.byRule.words"), exact=True)).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("shared/ui/definition.publish")).click()
    expect(page).to_have_url(re.compile(r"/service/rules/\d+$"))
    expect(page.get_by_text(say("service.statuses.live"), exact=True)).to_be_visible()

    (account, *_) = walk.ask("GET", "/api/service/accounts")["rows"]
    walk.go("/service/accounts")
    rules = page.get_by_label(f"{account['name']} · {say('service.accountColumns.rules')}", exact=True)
    walk.choose(rules, name)
    expect(page.get_by_text(say("service.chosen"))).to_be_visible()
    walk.choose(rules, account["rules_name"] or say("service.noRules"))
    make = say.button("service.makeLink")
    page.get_by_role("table", name=say("service.accounts")).get_by_role("button", name=make).first.click()
    dialog = page.get_by_role("dialog", name=say("service.link"))
    dialog.get_by_label(say("service.scene"), exact=True).fill("poster")
    dialog.get_by_role("button", name=make).click()
    expect(dialog.get_by_text(re.compile("^https?://"))).to_be_visible()
    assert walk.faults() == []


def test_coupons_are_made_found_and_not_redeemed_before_somebody_has_them(walk: Walk, say: Words) -> None:
    page, pool, code = walk.page, f"春茶八折 {say.language}", f"SPRINGTEA{say.language.upper()}"
    bring, make, redeem = (say.button(f"promotions.{deed}") for deed in ("add", "make", "redeem"))
    walk.go("/coupons")
    page.get_by_role("button", name=say.button("promotions.create")).first.click()
    dialog = page.get_by_role("dialog", name=say("promotions.create"))
    dialog.get_by_label(say("promotions.name"), exact=True).fill(pool)
    dialog.get_by_role("button", name=say.button("promotions.save")).click()
    expect(page.get_by_role("heading", name=pool)).to_be_visible()
    page.get_by_role("button", name=bring).click()
    dialog = page.get_by_role("dialog", name=say("promotions.addTitle"))
    dialog.get_by_label(say("promotions.addLabel"), exact=True).fill(f"{code}01\n{code}02\n{code}02\n")
    assert walk.faults() == []
    dialog.get_by_role("button", name=bring).click()
    expect(page.get_by_text(f"{say('promotions.added', 2)} · {say('promotions.repeated', 1)}")).to_be_visible()
    page.get_by_role("button", name=make).click()
    dialog = page.get_by_role("dialog", name=say("promotions.makeTitle"))
    dialog.get_by_label(say("promotions.count"), exact=True).fill("40")
    dialog.get_by_role("button", name=make).click()
    expect(page.get_by_role("region", name=say("promotions.glance"))).to_contain_text("42")
    codes = page.get_by_role("table", name=say("promotions.codes")).get_by_role("row")
    page.get_by_label(say("promotions.search"), exact=True).fill(f"{code}01")
    expect(codes).to_have_count(2)
    assert walk.faults() == []
    walk.go("/coupons")
    page.get_by_role("button", name=redeem).click()
    dialog = page.get_by_role("dialog", name=say("promotions.redeemTitle"))
    dialog.get_by_label(say("promotions.code"), exact=True).fill(f"{code}01")
    dialog.get_by_role("button", name=redeem).click()
    expect(page.get_by_text(say("shared/ui/error-words.unknown_coupon"))).to_be_visible()


def test_a_script_is_found_by_all_and_a_quick_reply_by_oneself(walk: Walk, say: Words) -> None:
    page, name, reply = walk.page, f"问问喝茶时间 {say.language}", f"我去问一下店里，马上回您。{say.language}"
    walk.go("/content")
    page.get_by_role("button", name=say.button("content.newScript")).first.click()
    drawer = page.get_by_role("dialog", name=say("content.newScript"))
    drawer.get_by_label(say("content.name"), exact=True).fill(name)
    drawer.get_by_label(say("content.text"), exact=True).fill("{{ name|您 }}平时什么时候喝茶？")
    assert walk.faults() == []
    drawer.get_by_role("button", name=say.button("content.publish")).click()
    expect(drawer).to_have_count(0)
    page.get_by_label(say("content.search.scripts")).fill("喝茶时间")
    scripts = page.get_by_role("list", name=say("content.tabs.scripts"))
    found = scripts.get_by_role("listitem").filter(has_text=name)
    expect(found).to_have_count(1)
    expect(found).to_contain_text(say("content.status.live"))
    found.get_by_role("button", name=f"{say('content.favourite')} {name}", exact=True).click()
    page.get_by_label(say("content.favourites")).check()
    expect(found.get_by_role("button", name=f"{say('content.unfavourite')} {name}", exact=True)).to_be_visible()
    walk.go("/content/replies")
    page.get_by_role("button", name=say.button("content.newReply")).first.click()
    dialog = page.get_by_role("dialog", name=say("content.newReply"))
    dialog.get_by_label(say("content.name"), exact=True).fill(f"稍等 {say.language}")
    dialog.get_by_label(say("content.text"), exact=True).fill(reply)
    dialog.get_by_role("button", name=say.button("content.keepReply")).click()
    expect(page.get_by_role("list", name=say("content.tabs.replies")).get_by_text(reply)).to_be_visible()
    assert walk.faults() == []


def test_a_question_is_answered_and_found_by_the_next(walk: Walk, say: Words) -> None:
    page = walk.page
    asked, answer = f"隔夜的白茶还能不能喝 {say.language}", "冷藏不过夜的可以，常温放过夜的请倒掉。"
    walk.go("/tasks/enquiries")
    page.get_by_role("button", name=say.button("shared/staff/ask.ask")).click()
    dialog = page.get_by_role("dialog", name=say("shared/staff/ask.ask"))
    dialog.get_by_label(say("shared/staff/ask.question"), exact=True).fill(f"客人问：{asked}？")
    dialog.get_by_role("button", name=say.button("shared/staff/ask.send")).click()
    page.get_by_role("button", name=f"客人问：{asked}？").click()
    drawer = page.get_by_role("dialog", name=say("enquiries.questionTitle"))
    drawer.get_by_label(say("enquiries.subject"), exact=True).fill(asked)
    drawer.get_by_label(say("enquiries.reply"), exact=True).fill(answer)
    drawer.get_by_label(say("enquiries.share")).check()
    assert walk.faults() == []
    drawer.get_by_role("button", name=say.button("enquiries.send")).click()
    expect(drawer.get_by_text(say("enquiries.isShared"))).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("radiogroup", name=say("enquiries.views")).get_by_text(say("enquiries.view.answers")).click()
    page.get_by_label(say("enquiries.search")).fill("白茶隔夜了还能喝吗")
    expect(page.get_by_role("listitem").filter(has_text=asked)).to_contain_text(answer)
    assert walk.faults() == []
