"""What may be wrong with a form, and what to do about it, in Chinese and in English."""

from __future__ import annotations

from siyu.domain.definitions.contracts import Faults, InvalidDefinitionError
from siyu.domain.entries.forms_contracts import (
    BANDS_MAX,
    CHOICES_MAX,
    LINE_LENGTH_MAX,
    PAGES_MAX,
    PROSE_LENGTH_MAX,
    QUESTIONS_MAX,
    SUGGESTIONS_MAX,
    TAGS_MAX,
    YEARS,
)

FAULTS = Faults(
    {
        "text": (
            f"请填文字，短的最多 {LINE_LENGTH_MAX} 字，长的最多 {PROSE_LENGTH_MAX} 字。",
            f"Give a text: a line of at most {LINE_LENGTH_MAX} characters, prose of at most {PROSE_LENGTH_MAX}.",
        ),
        "pages": ("请排出 1 到 {limit} 页。", "Give 1 to {limit} pages."),
        "questions": ("每页请放 1 到 {limit} 道题。", "Put 1 to {limit} questions on a page."),
        "choices": ("请给出 1 到 {limit} 个选项。", "Give 1 to {limit} choices."),
        "bands": ("这里应是一列分档，最多 {limit} 个。", "Put a list of at most {limit} bands here."),
        "tags": ("这里应是一列标签，最多 {limit} 个。", "Put a list of at most {limit} tags here."),
        "suggestions": ("这里应是一列城市，最多 {limit} 个。", "Put a list of at most {limit} cities here."),
        "blank": ("请填写文字，不能只有空格。", "Write something; blanks alone do not do."),
        "many_questions": ("题目太多，最多 {limit} 道。", "There are too many questions; at most {limit} are allowed."),
        "least_most": ("最少不能多于最多，请改一项。", "The least is more than the most; change one of them."),
        "most_choices": ("只有 {limit} 个选项，请改小。", "There are {limit} choices only; give less."),
        "no_choices": ("至少选 1 个才有意义，请改成 1 或以上。", "Nobody could choose anything; give at least 1."),
        "show_if_question": (
            "只能依据前面的单选或多选题来显示，请另选。",
            "It can depend on an earlier question with choices alone; choose another.",
        ),
        "show_if_choice": ("那道题里没有这个选项，请另选。", "That question has no such choice; choose another."),
        "attribute": (
            "这个属性名是身份信息专用的，请换一个。",
            "Attributes of this name hold identities; choose another name.",
        ),
        "contact_attribute": (
            "手机号写入属性时名称须为 phone，邮箱须为 email，这样才会加密保存。",
            "A phone goes into the attribute phone, an e-mail into email: so they are kept sealed.",
        ),
        "attribute_name": (
            "属性名里不能有“.:`”或控制字符。",
            "A name of an attribute has no “.:`” and no control characters.",
        ),
        "consent_attribute": ("同意项不写入属性，请去掉。", "Consent sets no attribute; remove it."),
        "purpose": ("没有这个用途，请另选。", "There is no such purpose; choose another."),
        "needs_channel": ("这个用途按渠道同意，请填一个渠道。", "Consent to this purpose goes by channel; name one."),
        "no_channel": ("这个用途不分渠道，请填 *。", "Consent to this purpose does not go by channel; give *."),
        "required_consent": (
            "个人信息保护法第十六条：不得因为不同意营销就拒绝服务。请把同意项改为选填。",
            "Nobody may be made to agree to messages (PIPL article 16): make this consent optional.",
        ),
        "link": ("请填 http:// 或 https:// 开头的网址。", "Give an address that begins with http:// or https://."),
        "next_link": ("有按钮文字就要有网址。", "The button needs an address."),
        "years": (f"请填 {YEARS[0]} 到 {YEARS[1]} 年间的时间。", f"Give a time between {YEARS[0]} and {YEARS[1]}."),
        "opens_closes": ("结束须晚于开始，请改一项。", "It closes before it opens; change one of them."),
        "bands_up": (
            "分档的起始分应从低到高，不能相同。",
            "Bands go up, from low to high, each with a beginning of its own.",
        ),
        "no_bands": ("没有分档可以写入这个属性。", "There are no bands that this attribute could hold."),
        "tag": ("没有这个标签，或它已归档，请另选。", "There is no such tag, or it is archived; choose another."),
    },
    of_lists={
        "pages": "pages",
        "questions": "questions",
        "choices": "choices",
        "any_of": "choices",
        "bands": "bands",
        "tags": "tags",
        "suggestions": "suggestions",
    },
    limits={
        "pages": PAGES_MAX,
        "questions": QUESTIONS_MAX,
        "choices": CHOICES_MAX,
        "bands": BANDS_MAX,
        "tags": TAGS_MAX,
        "suggestions": SUGGESTIONS_MAX,
    },
)
explained = FAULTS.explained


def fault(path: str, reason: str, **fields: object) -> InvalidDefinitionError:
    """The error that says where the fault is and what to do; `path` as it is told."""
    return FAULTS.fault(path.split("."), reason, **fields)
