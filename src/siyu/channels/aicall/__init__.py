"""Calls by a vendor's voice robot.

A vendor, or a program between it and Siyu, takes a POST of JSON at `<its address>/calls` for up to 100 calls:

    {"calls": [{"key": "journey:7:0", "phone": "138…", "script_id": "…", "fields": {…}, "text": "…", "purpose": "marketing",
                "not_after": "2026-03-02T20:00:00+08:00"}]}

`script_id` and `fields` are the message's own, or the connection's script with `content` and `link`. It answers 2xx with
{"results": [{"key": "…", "status": "accepted" | "rejected" | "over_quota", "reason": "…"}]}; what it does not name it has not
taken. The same key is the same call, however often it comes. `/outcomes` and `/check` are as those of text messages, and so is
the signature. No call is handed over outside the hours of the connection, and none may be made after `not_after`.

It tells what became of calls by POST, signed the same way, to the callback address of the connection:

    {"calls": [{"key": "…", "is_answered": true, "seconds": 42, "intent": "interested", "is_opt_out": false, "reason": "…"}]}
"""

from siyu.channels.aicall.channel import NAME, AiCallChannel

__all__ = ["NAME", "AiCallChannel"]
