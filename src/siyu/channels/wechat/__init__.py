"""Accounts of WeChat: Official Accounts (channel `official_account`) and mini programs (channel `miniprogram`), which share one
platform: client, tokens, callback address. A channel object is made of all accounts of its kind that are connected."""
