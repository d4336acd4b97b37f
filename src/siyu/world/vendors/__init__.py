"""Vendors as their clients meet them, without any: text messages (our own protocol and Alibaba Cloud's) and calls of a robot.

Built like the emulated WeCom (`siyu.world.wecom`), whose faults, carrier of callbacks and server it uses. What reached a phone
is in its own ledger, by key, however often it came: the judge of whether anything was sent twice.
"""
