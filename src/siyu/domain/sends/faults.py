"""What may be wrong with a send, and what to do about it, in Chinese and in English."""

from __future__ import annotations

from siyu.domain.content.contracts import ATTACHMENTS_MAX
from siyu.domain.definitions.contracts import Faults
from siyu.domain.sends.contracts import CHANNELS_MAX, EXCLUDED_MAX

TEXT_BYTES_MAX = 4000

FAULTS = Faults(
    {
        "text": ("请填写文字，或写短一些。", "Write something here, or make it shorter."),
        "channels": ("请选 1 到 {limit} 个渠道。", "Choose 1 to {limit} channels."),
        "excluded": ("最多排除 {limit} 个人群。", "At most {limit} segments can be excluded."),
        "attachments": ("最多 {limit} 个附件。", "There are at most {limit} attachments."),
        "attachment": (
            "附件没填完整：图片和文件要网址或素材 ID，链接要网址，小程序要 AppID、页面和标题。",
            "Something is missing: pictures and files need an address or media id, a mini program AppID, page and title.",
        ),
        "cover": (
            "企业微信里的小程序要有封面：请填封面图片的素材 ID。",
            "In WeCom a mini program needs a picture: give its media id.",
        ),
        "twice": ("同一项选了两次，请去掉一个。", "This is chosen twice; remove one."),
        "no_time": ("结束时间要晚于开始时间。", "It has to end after it begins."),
        "attribute": ("请填一个客户属性的名字。", "Give the name of a customer's attribute."),
        "segment": ("没有这个人群，或它还没有发布。", "There is no such segment, or it is not published."),
        "itself": ("不能排除要发送的人群自己。", "The segment itself cannot be excluded."),
        "template": (
            "占位符写法不对，应为 {{{{ 属性 }}}} 或 {{{{ 属性|默认值 }}}}。",
            "Places are written {{{{ attribute }}}} or {{{{ attribute|instead }}}}.",
        ),
        "link": ("请填 http:// 或 https:// 开头的网址。", "Give an address that begins with http:// or https://."),
        "moment": (
            "朋友圈只能带图片；链接写在下面的链接里。",
            "A moment takes pictures alone; a link goes into the field for it.",
        ),
        "bytes": ("企业微信的文字最多 {limit} 字节。", "A text of WeCom has at most {limit} bytes."),
    },
    of_lists={"channels": "channels", "excluded_segment_ids": "excluded", "attachments": "attachments"},
    limits={
        "channels": CHANNELS_MAX,
        "excluded": EXCLUDED_MAX,
        "attachments": ATTACHMENTS_MAX,
        "bytes": TEXT_BYTES_MAX,
    },
)
