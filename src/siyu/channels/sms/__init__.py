"""Text messages by a vendor: one class for the channel, one small class for each vendor.

A vendor that speaks **our own protocol** (`generic`) takes a POST of JSON at `<its address>/messages` for up to 100 messages:

    {"messages": [{"key": "journey:7:0", "phone": "138…", "text": "【sign】…", "sign_name": "…",
                   "template_id": "…" or null, "fields": {…}}]}

and answers 2xx with {"results": [{"key": "…", "status": "accepted" | "delivered" | "rejected" | "over_quota", "reason": "…"}]};
what it does not name it has not taken. The same key is the same message, however often it comes. At `<its address>/outcomes` it is
asked {"keys": […]} and answers {"results": […]} of those it has. At `<its address>/check` it says whether the signature fits. All
requests carry `Siyu-Signature` as those of the webhook channel.

It tells receipts and replies by POST, signed the same way, to the callback address of the connection:

    {"receipts": [{"key": "…", "status": "delivered" | "failed", "reason": "…"}],
     "replies": [{"phone": "138…", "text": "TD", "id": "…"}]}

`aliyun` is Alibaba Cloud's dysmsapi: templates alone, one message a request, `OutId` carries the key and comes back in the
receipts that it pushes.
"""

from siyu.channels.sms.channel import NAME, SmsChannel

__all__ = ["NAME", "SmsChannel"]
