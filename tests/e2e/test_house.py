"""What an operator makes for colleagues: a persona with an account dressed item by item, a welcome of groups, rules of customer
service tried on a phone, codes of coupons, a script and a quick reply; and a question that the middle office answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def two(words: str) -> re.Pattern[str]:
    """A button of two characters has a blank between them, and perhaps a picture before."""
    return re.compile(f"^([a-z-]+ )?{words[0]} ?{words[1]}$")


def test_a_persona_gets_an_account_that_is_dressed(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="人设", exact=True).click()
    page.get_by_role("button", name="新建人设").click()
    page.get_by_label("名字").fill("茶博士")
    page.get_by_label("角色").fill("专家")
    stages = page.get_by_role("combobox", name="服务的客户阶段")
    for stage in ("新客", "成长"):
        stages.fill(stage)
        stages.press("Enter")
    page.get_by_label("语气").fill("自称老茶，慢慢说。")
    page.get_by_role("button", name=two("保存")).click()
    expect(page.get_by_role("heading", name="茶博士")).to_be_visible()
    page.get_by_role("button", name="加账号").click()
    dialog = page.get_by_role("dialog", name="加账号")
    dialog.get_by_label("渠道").click()
    page.get_by_title("公众号", exact=True).click()
    dialog.get_by_label("公众号 AppID").fill("wxteadoctor")
    dialog.get_by_role("button", name="加账号").click()
    expect(page.get_by_role("table", name="账号").get_by_text("wxteadoctor")).to_be_visible()
    item = page.get_by_role("table", name="装扮清单").get_by_role("checkbox", name="wxteadoctor · 朋友圈封面")
    item.click()
    expect(item).to_be_checked()
    page.get_by_role("link", name="人设").last.click()
    card = page.get_by_role("list", name="人设").get_by_role("listitem").filter(has_text="茶博士")
    expect(card).to_contain_text("装扮 1 / 5")


def test_groups_are_greeted_and_customer_service_answers(page: Page) -> None:
    log_in(page)
    page.goto("/groups/welcomes")
    page.get_by_role("button", name="新建欢迎语").first.click()
    dialog = page.get_by_role("dialog", name="新建欢迎语")
    dialog.get_by_label("名称").fill("新茶群")
    dialog.get_by_label("欢迎语", exact=True).fill("欢迎进群，")
    dialog.get_by_role("button", name="插入客户昵称").click()
    expect(dialog.get_by_text("欢迎进群，［昵称］")).to_be_visible()
    dialog.get_by_role("button", name=re.compile("链接$")).click()
    dialog.get_by_label("链接标题").fill("新茶单")
    dialog.get_by_label("链接地址").fill("https://chenxi.example/menu")
    dialog.get_by_role("button", name=two("保存")).click()
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="新茶群"))
    expect(card.get_by_text("可以选用")).to_be_visible()  # WeCom has it

    page.goto("/service/rules/new")
    page.get_by_label("规则名称").fill("春茶答疑")
    page.get_by_role("button", name="加一条回复").click()
    replies = page.get_by_role("region", name="关键词回复")
    words = replies.get_by_role("combobox", name="关键词，回车分隔")
    words.fill("营业")
    words.press("Enter")
    replies.get_by_role("textbox", name="回复").fill("每天十点到二十二点。")
    tried = page.get_by_role("region", name="试一试")
    tried.get_by_label("客户说…").fill("你们几点营业呀")
    page.keyboard.press("Enter")
    expect(tried.get_by_text("每天十点到二十二点。")).to_be_visible()
    expect(tried.get_by_text("关键词", exact=True)).to_be_visible()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page).to_have_url(re.compile(r"/service/rules/\d+$"))
    expect(page.get_by_text("生效中")).to_be_visible()


def test_coupons_are_made_found_and_not_redeemed_before_somebody_has_them(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="券码", exact=True).click()
    page.get_by_role("button", name="新建券码池").click()
    dialog = page.get_by_role("dialog", name="新建券码池")
    dialog.get_by_label("名称").fill("春茶八折")
    dialog.get_by_role("button", name=two("保存")).click()
    expect(page.get_by_role("heading", name="春茶八折")).to_be_visible()
    page.get_by_role("button", name=two("导入")).click()
    dialog = page.get_by_role("dialog", name="导入券码")
    dialog.get_by_label("券码", exact=True).fill("SPRINGTEA01\nSPRINGTEA02\nSPRINGTEA02\n")
    dialog.get_by_role("button", name=two("导入")).click()
    expect(page.get_by_text("新增 2 个券码 · 1 个已有，跳过")).to_be_visible()
    page.get_by_role("button", name=two("生成")).click()
    dialog = page.get_by_role("dialog", name="生成券码")
    dialog.get_by_label("数量").fill("40")
    dialog.get_by_role("button", name=two("生成")).click()
    expect(page.get_by_role("region", name="概览")).to_contain_text("42")
    codes = page.get_by_role("table", name="券码明细").get_by_role("row")
    page.get_by_label("查一个券码").fill("SPRINGTEA01")
    expect(codes).to_have_count(2)
    page.get_by_role("link", name="返回券码").click()
    page.get_by_role("button", name=two("核销")).click()
    dialog = page.get_by_role("dialog", name="核销券码")
    dialog.get_by_label("券码", exact=True).fill("SPRINGTEA01")
    dialog.get_by_role("button", name=two("核销")).click()
    expect(page.get_by_text("没有这个券码，或它还没有发给任何人。")).to_be_visible()


def test_a_script_is_found_by_all_and_a_quick_reply_by_oneself(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="内容", exact=True).click()
    page.get_by_role("button", name="新建话术").click()
    drawer = page.get_by_role("dialog", name="新建话术")
    drawer.get_by_label("名字").fill("问问喝茶时间")
    drawer.get_by_label("说什么").fill("{{ name|您 }}平时什么时候喝茶？")
    drawer.get_by_role("button", name=two("发布")).click()
    expect(drawer).to_have_count(0)
    page.get_by_label("搜索名字、正文或关键词").fill("喝茶时间")
    found = page.get_by_role("list", name="话术").get_by_role("listitem")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("在用")
    found.get_by_role("button", name="收藏 问问喝茶时间").click()
    page.get_by_label("我的收藏").check()
    expect(found.get_by_role("button", name="取消收藏 问问喝茶时间")).to_be_visible()
    page.get_by_role("link", name="我的常用语").click()
    page.get_by_role("button", name="新建常用语").click()
    dialog = page.get_by_role("dialog", name="新建常用语")
    dialog.get_by_label("名字").fill("稍等")
    dialog.get_by_label("说什么").fill("我去问一下店里，马上回您。")
    dialog.get_by_role("button", name=two("保存")).click()
    expect(page.get_by_role("list", name="我的常用语").get_by_text("马上回您", exact=False)).to_be_visible()


def test_a_question_is_answered_and_found_by_the_next(page: Page) -> None:
    asked, answer = "隔夜的白茶还能不能喝", "冷藏不过夜的可以，常温放过夜的请倒掉。"
    log_in(page)
    page.goto("/tasks/enquiries")
    page.get_by_role("button", name=two("请教")).click()
    dialog = page.get_by_role("dialog", name="请教")
    dialog.get_by_label("我不会回答的是").fill(f"客人问：{asked}？")
    dialog.get_by_role("button", name="发出请教").click()
    page.get_by_role("button", name=f"客人问：{asked}？").click()
    drawer = page.get_by_role("dialog", name="请教")
    drawer.get_by_label("问题（大家看到的写法）").fill(asked)
    drawer.get_by_label("怎么回答").fill(answer)
    drawer.get_by_label("分享给所有员工", exact=False).check()
    drawer.get_by_role("button", name=two("答复")).click()
    expect(drawer.get_by_text("所有员工都搜得到")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("radiogroup", name="看哪些请教").get_by_text("找答案").click()
    page.get_by_label("搜索以前的答复，可以把整句话放进来").fill("白茶隔夜了还能喝吗")
    expect(page.get_by_role("listitem").filter(has_text=asked)).to_contain_text(answer)
