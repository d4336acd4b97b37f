"""The WeCom channel: every call that Siyu makes of the API of 企业微信, and the opening of what it calls back with.

`client.Wecom` makes a call: with a token that all processes share, not faster than WeCom allows, and with an error that says what
to do about it. Each subject has a file of its own (`customers`, `contacts`, `tags` …) whose functions take a `Wecom` first.
Callbacks are opened by `callbacks`. The tables of schema `wecom` are this channel's own.
"""
