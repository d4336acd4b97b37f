"""Somebody looks at their telephone: what came is a prompt. They read, open, reply, or have had enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siyu.world.living.diary import Diary
from siyu.world.living.doors import AccountDoors, Message, Page, SiyuDoors, WecomDoors
from siyu.world.living.draws import Draw
from siyu.world.living.souls import Soul, Souls
from siyu.world.population.behaviour import (
    after_push,
    after_useful,
    chance_of_blocking,
    chance_of_doing,
)
from siyu.world.population.telephone import TelephoneRules

PUSHES: Final = frozenset({"mass", "moment", "account", "sms", "webhook"})
LOOKED_AT_MAX: Final = 20
REPLIES: Final = (
    "好的老师",
    "收到，谢谢",
    "这个怎么参加呀？",
    "我今天有点忙，晚上看",
    "课程可以回放吗",
    "请问多少钱",
    "嗯嗯，我看一下",
    "能发我一份资料吗",
    "我之前买过基金，亏了一点，适合学吗？",
)
GREETINGS: Final = ("老师好，我来了", "你好，刚报名", "老师您好，请问什么时候开始", "你好，朋友推荐我来的")
GROUP_WORDS: Final = ("打卡", "今天学完了", "大家好", "老师讲得挺清楚", "请问回放在哪里", "已完成作业")
COMMENTS: Final = ("学到了", "支持老师", "想了解一下", "")
STOP: Final = "别再发了"
STOP_TEXT: Final = "TD"
"""What is answered to a text message."""
SERVICE_QUESTIONS: Final = ("你好，请问怎么报名？", "我想退款", "课程在哪里看", "发票怎么开")
_FRIENDLY = frozenset({"welcome", "chat", "kf"})


@dataclass(slots=True)
class Telephones:
    """What people do with what reached them. `text_back` answers a text message: (phone, text)."""

    souls: Souls
    diary: Diary
    siyu: SiyuDoors
    wecom: WecomDoors
    account: AccountDoors
    text_back: Callable[[str, str], None]
    rules: TelephoneRules

    def buzz(self, soul: Soul, now: datetime, *, soon: bool = False) -> None:
        """Something arrived: they look when they have time; `soon`, while they hold the telephone in their hand."""
        if soul.looks_at is not None or soul.is_gone:
            return
        draw = self.souls.draw(soul, "buzz")
        if soon:
            soul.looks_at = _after(now, draw, "soon", self.rules.paces.looks_soon)
        else:
            earliest = now + timedelta(minutes=draw.waiting("later", self.rules.looks_after_minutes))
            soul.looks_at = self.souls.when(soul.who, earliest, draw)
        self.diary.note(soul.looks_at, soul.who.number, "look")

    def look(self, soul: Soul, now: datetime) -> None:
        """Reads what came since the last look."""
        soul.looks_at = None
        messages, soul.inbox = list(soul.inbox), []
        if soul.external_userid:
            shown, soul.seen = self.wecom.look(soul.external_userid, soul.seen)
            messages += shown[-LOOKED_AT_MAX:]
            friends = self.wecom.friends(soul.external_userid)
            if soul.keeper not in friends:  # who left, or handed them over, looks after them no more
                soul.keeper = friends[-1] if friends else ""
        if soul.follows:
            shown, soul.account_seen = self.account.look(soul.who.unionid.value, soul.account_seen)
            messages += shown[-LOOKED_AT_MAX:]
        self.take(soul, messages, now)

    def follow(self, soul: Soul, now: datetime) -> None:
        """Follows the official account, which answers while they hold the telephone in their hand."""
        soul.follows = soul.follows or self.account.follow(soul.who.unionid.value)
        self.buzz(soul, now, soon=True)

    def post(self, soul: Soul, message: Message, now: datetime) -> None:
        """Something came by text message, or by a program of the brand's own."""
        if not soul.is_gone:
            soul.inbox = [*soul.inbox[1 - LOOKED_AT_MAX :], message]
            self.buzz(soul, now)

    def take(self, soul: Soul, messages: Sequence[Message], now: datetime) -> None:
        """Messages as prompts, the oldest first."""
        draw, rules, eases, paces = self.souls.draw(soul, "look"), self.souls.rules, self.rules.eases, self.rules.paces
        has_replied = False
        for place, message in enumerate(messages):
            prompt = self.rules.prompts.of(message.origin)
            if message.origin in PUSHES:
                soul.mood = after_push(soul.mood, soul.who.character.patience, rules)
            if message.links:
                if draw.happens(f"open {place}", chance_of_doing(soul.mood, eases.opens, prompt, rules)):
                    at = _after(now, draw, f"at {place}", paces.opens)
                    self.diary.note(at, soul.who.number, "open", soul.keep_link(message.links[0]))
            elif message.origin == "moment":
                if draw.happens(f"like {place}", chance_of_doing(soul.mood, eases.likes, prompt, rules)):
                    self.diary.note(_after(now, draw, f"in {place}", paces.likes), soul.who.number, "like")
            elif message.origin in _FRIENDLY and not has_replied:
                likely = chance_of_doing(soul.mood, eases.replies, prompt, rules) * self.rules.replies_share
                if draw.happens(f"reply {place}", likely):
                    has_replied = True
                    self.diary.note(_after(now, draw, f"in {place}", paces.replies), soul.who.number, "reply")
        pushes = [message.origin for message in messages if message.origin in PUSHES]
        if pushes:
            self._bear(soul, draw, pushes[-1])

    def _bear(self, soul: Soul, draw: Draw, last: str) -> None:
        """Enough may be enough: first a word, by the way that was once too often, then silence."""
        if not draw.happens("enough", chance_of_blocking(soul.mood, soul.who.character.patience, self.souls.rules)):
            return
        if not soul.has_warned and draw.happens("says so", self.rules.says_so_share) and self._says_so(soul, last):
            soul.has_warned = True
            return
        self.block(soul)

    def _says_so(self, soul: Soul, to: str) -> bool:
        if to == "sms":
            self.text_back(soul.who.phone.value, STOP_TEXT)
            return True
        if to == "account":
            return self.account.write(soul.who.unionid.value, STOP)
        return bool(soul.keeper) and self.wecom.write(soul.external_userid, soul.keeper, STOP)

    def block(self, soul: Soul) -> None:
        """Leaves every group, deletes every member, and follows no account any more."""
        soul.is_gone = True
        if soul.follows:
            soul.follows = not self.account.unfollow(soul.who.unionid.value)
        if not soul.external_userid:
            return
        for chat_id in self.wecom.groups(soul.external_userid):
            self.wecom.leave(soul.external_userid, chat_id)
        for userid in self.wecom.friends(soul.external_userid):
            self.wecom.block(soul.external_userid, userid)

    def reply(self, soul: Soul) -> bool:
        """Writes to the one who looks after them; the first time with a greeting."""
        if not (soul.external_userid and soul.keeper):
            return False
        draw = self.souls.draw(soul, "reply")
        text = draw.one_of("text", REPLIES if soul.has_spoken else GREETINGS)
        soul.has_spoken = True
        return self.wecom.write(soul.external_userid, soul.keeper, text)

    def like(self, soul: Soul) -> bool:
        """Likes or comments the newest moment."""
        seen = self.wecom.moments(soul.external_userid) if soul.external_userid else ()
        if not seen:
            return False
        draw = self.souls.draw(soul, "like")
        return self.wecom.remark(soul.external_userid, seen[0], draw.one_of("words", COMMENTS))

    def open(self, soul: Soul, place: int, now: datetime) -> Page | None:
        """Opens a link, and does what the page asks for, or reads it for a while."""
        if place >= len(soul.links):
            return None
        page = self.siyu.open_page(soul.who, soul.links[place])
        self.use(soul, page, now)
        return page

    def use(self, soul: Soul, page: Page, now: datetime) -> bool:
        """What somebody does on a page; whether it led anywhere."""
        draw, rules = self.souls.draw(soul, "use"), self.souls.rules
        if page.kind == "stores":
            page = self.siyu.choose_store(soul.who, page, draw)
        match page.kind:
            case "code":
                return self.press(soul, page.picture, now)
            case "form":
                if not draw.happens("fill", chance_of_doing(soul.mood, self.rules.eases.fills, 1.0, rules)):
                    return False
                at = _after(now, draw, "seconds", self.rules.paces.fills)
                self.diary.note(at, soul.who.number, "fill", soul.keep_page(page))
            case "article":
                least, most = self.rules.paces.reads
                seconds = draw.log_normal("seconds", self.rules.article_seconds, self.rules.article_spread)
                seconds = min(int(seconds) + least, most)
                step = soul.keep_page(page) * 10_000 + seconds
                self.diary.note(now + timedelta(seconds=seconds), soul.who.number, "read", step)
            case "nothing":
                return False
        return True

    def press(self, soul: Soul, picture: str, now: datetime) -> bool:
        """Presses on the picture of a code and does what it leads to; friends get their greeting within seconds."""
        if not soul.external_userid:
            soul.external_userid = self.wecom.find(soul.who) or self.wecom.enter(soul.who)
        came = self.wecom.scan(soul.external_userid, picture)
        if came is None:
            return False
        if came.userid:
            soul.keeper = came.userid
            self.buzz(soul, now, soon=True)
            draw = self.souls.draw(soul, "hello")
            if draw.happens("hello", chance_of_doing(soul.mood, self.rules.eases.greets, 1.0, self.souls.rules)):
                self.diary.note(_after(now, draw, "at", self.rules.paces.greets), soul.who.number, "reply")
        if came.open_kfid:
            words = self.souls.draw(soul, "service").one_of("words", SERVICE_QUESTIONS)
            self.wecom.write_service(soul.external_userid, came.open_kfid, words)
        return True

    def fill(self, soul: Soul, place: int) -> bool:
        """Sends a form that was filled in."""
        if place >= len(soul.pages):
            return False
        sent = self.siyu.fill_in(soul.who, soul.pages[place], self.souls.draw(soul, "fill"))
        if sent:
            self.souls.took_part(soul)
        return sent

    def read(self, soul: Soul, step: int) -> None:
        """Puts an article down; what was worth reading pulls a little."""
        place, seconds = divmod(step, 10_000)
        if place >= len(soul.pages):
            return
        self.siyu.read_on(soul.who, soul.pages[place], seconds)
        if seconds >= self.rules.useful_seconds:
            soul.mood = after_useful(soul.mood, self.souls.rules)


def _after(now: datetime, draw: Draw, question: str, seconds: Sequence[int]) -> datetime:
    """A while later: so many seconds, from how many to how many."""
    least, most = seconds
    return now + timedelta(seconds=draw.whole(question, least, most))
