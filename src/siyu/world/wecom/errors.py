"""How WeCom refuses: a number that programs branch on, and an English text that they must not."""

from __future__ import annotations

from typing import ClassVar

from siyu.kernel.errors import SiyuError
from siyu.kernel.ids import derived_hex

TEXTS: dict[int, str] = {
    -1: "system error, please try again later",
    6000: "data version conflict",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40011: "invalid video size",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40029: "invalid code",
    40031: "invalid userid list",
    40032: "invalid userid list size",
    40033: "invalid charset, must not contain \\uxxxx",
    40035: "Invalid parameter",
    40050: "chatid is not exist",
    40056: "invalid agentid",
    40058: "Invalid Parameter",
    40063: "some parameters are empty",
    40066: "invalid party list",
    40068: "invalid tagid",
    40071: "tag name already exists",
    40093: "invalid js-api signature",
    40096: "invalid external userid",
    40097: "member is not resigned",
    40098: "member is not real-name verified",
    40099: "member's external contacts reach limit",
    40100: "customer is in transferring",
    40126: "corp tag count reaches limit",
    40128: "customer transferred too often",
    40129: "customer is being transferred",
    40130: "handover and takeover are the same",
    40131: "handover user is not a follower of the customer",
    40144: "customer's tag count reaches limit",
    40145: "media_id is expired",
    40206: "body is too large",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41006: "media_id missing",
    41008: "missing code",
    41009: "missing userid",
    41011: "missing agentid",
    41017: "missing tagid",
    41035: "missing external userid",
    41037: "missing contact way type",
    41038: "missing contact way scene",
    41039: "invalid contact way type",
    41040: "invalid contact way scene",
    41041: "exceed max contact way users",
    41042: "invalid contact way style",
    41043: "missing contact way config_id",
    41044: "invalid contact way config_id",
    41045: "api contact way count reaches limit",
    41046: "missing msgid of mass message",
    41047: "invalid msgid of mass message",
    41048: "no customer to send",
    41049: "missing welcome code",
    41050: "invalid welcome code",
    41051: "customer and member have started chatting",
    41052: "invalid send time",
    41054: "member is not activated or not verified",
    41056: "external userid of a wrong type",
    41055: "group welcome template count reaches limit",
    41058: "no right to edit the group welcome template",
    41059: "missing moment id",
    41060: "invalid moment id",
    41061: "not a sender of the moment",
    41062: "moment is not published by the userid",
    41063: "group message is being dispatched",
    41064: "too many attachments",
    41065: "invalid attachment type",
    41089: "empty list",
    41090: "text and attachments are both empty",
    41091: "too many chats of a join way",
    41093: "group message was cancelled",
    41094: "reminder over frequency",
    41095: "link count reaches limit",
    41096: "welcome message is being sent by another app",
    41201: "invalid chat key",
    41210: "moments reach monthly limit",
    42001: "access_token expired",
    43009: "corp is not verified",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "api freq out of limit",
    45029: "reply is too large",
    45033: "api concurrent out of limit",
    45035: "concurrent writing of the same record",
    45036: "data access out of limit",
    46004: "user no exist",
    48001: "api unauthorized",
    48002: "api forbidden",
    48007: "kf account is not authorized to the app",
    50001: "redirect_url is not of a trusted domain",
    50002: "user not in agent scope",
    50003: "application disabled",
    50100: "invalid cursor",
    60003: "department not found",
    60011: "no privilege to access/modify contact/party/agent",
    60021: "user not in agent perm",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    60123: "invalid party id",
    60251: "missing open_kfid",
    60252: "invalid open_kfid",
    60253: "servicer is not in the list",
    81013: "user & party & tag all invalid",
    81017: "too many owners in range",
    82001: "user & party & tag all empty",
    82002: "too many parties",
    82003: "too many tags",
    84061: "not external contact",
    84074: "no external contact permission",
    84083: "user is not a servicer",
    90207: "invalid miniprogram appid",
    90500: "owner of the group chat is not resigned",
    90501: "not a customer group chat",
    90502: "owner of the group chat is resigned",
    90504: "owner of the group chat is unchanged",
    91040: "invalid ticket type",
    95000: "invalid open_kfid",
    95001: "kf message count out of limit",
    95002: "kf message time out of limit",
    95004: "kf account does not exist",
    95007: "invalid msg token",
    95013: "session is ended",
    95014: "user is not a servicer",
    95016: "session state cannot be changed so",
    95018: "session state does not allow this",
    95033: "duplicate msgid",
    301002: "not allow operate another agent with this accesstoken",
    610004: "not an external contact of the corp",
    610014: "invalid unionid",
}


class RefusedError(SiyuError):
    """WeCom refuses this call."""

    code: ClassVar[str] = "emulated_wecom_refused"

    def __init__(self, errcode: int, detail: str = "") -> None:
        self.errcode = errcode
        super().__init__(detail, errcode=errcode)

    @property
    def text(self) -> str:
        """The English part of `errmsg`, without what is told of the call."""
        text = TEXTS[self.errcode]
        return f"{text}, {self.detail}" if self.detail else text


def errmsg(refusal: RefusedError, *, now_seconds: int, call_number: int, caller_ip: str) -> str:
    """The text as the real service shapes it."""
    trace = derived_hex("hint", str(now_seconds), str(call_number))
    return (
        f"{refusal.text}, hint: [{now_seconds}_{call_number}_{trace}], from ip: {caller_ip},"
        f" more info at https://open.work.weixin.qq.com/devtool/query?e={refusal.errcode}"
    )
