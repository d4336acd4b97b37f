"""Words by which somebody says that they want no more messages. One reading of them, whichever channel they came by; pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LENGTH_MAX: Final = 40
"""Who writes more than this tells a story, and a person has to read it."""

_NOT_LETTERS = re.compile(r"[^\w]+")
_BETWEEN = re.compile(r"[\s.,!?;:~…·。，！？；：、～'\"“”‘’()（）【】\[\]<>《》-]+")
_CHINESE = re.compile(
    r"(?:(?:我要|我想|我|请|麻烦|帮我|给我)*"
    r"(?:退订|退訂|退定|取消订阅|取消訂閱|拒收|拒绝接收|不再接收|停止发送|停发)"
    r"(?:短信|消息|信息|推送|广告|通知)?(?:了|吧|谢谢)*)"
    r"|(?:(?:请|麻烦|拜托|求你|你们|你|以后|之后|真的)*"
    r"(?:别|不要|不用|勿|不许|不想)(?:再|总|老|一直)?(?:给我|向我|跟我|往我这)?"
    r"(?:发|发送|推|推送|打扰|收到|收|接收)(?:我|了|啦)?"
    r"(?:任何|这些|这种|此类|你们的)*(?:消息|短信|信息|广告|推送|通知|东西)?(?:了|啦|吧|啊|好吗|谢谢|谢谢你)*)"
)
_ENGLISH = re.compile(
    r"(?:please )?(?:td|t|n|stop|stopall|stop all|unsubscribe|unsub|opt out|optout|quit|remove me|no more messages"
    r"|stop (?:it|this|sending|messaging|texting|mailing|messages)(?: me)?(?: messages| anything)?"
    r"|do not (?:send|message|contact|text)(?: me)?(?: again| anymore| any more)?"
    r"|dont (?:send|message|contact|text)(?: me)?(?: again| anymore| any more)?)(?: please| thanks| thank you)?"
)


def is_opt_out(text: str) -> bool:
    """Whether a message from a customer says, as a whole, that no more are wanted. What merely speaks of it ("别再发货了")
    is none; where it is both short and plain, it is taken at its word."""
    told = unicodedata.normalize("NFKC", text).strip().casefold()
    if not told or len(told) > LENGTH_MAX:
        return False
    if _CHINESE.fullmatch(_BETWEEN.sub("", told)):
        return True
    return _ENGLISH.fullmatch(_NOT_LETTERS.sub(" ", told.replace("'", "").replace("’", "")).strip()) is not None
