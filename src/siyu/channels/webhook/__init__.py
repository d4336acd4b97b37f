"""The webhook channel: hands messages to a program of the company's own, which knows how to reach the customer.

One POST of JSON for up to 100 messages:

    {"messages": [{"key": "journey:7:0", "customer": {"id": 12, "identities": [{"kind": "phone", "value": "138…"}]},
                   "title": "…", "body": "…", "link_url": "https://…" or null, "preferences_url": "https://…"}]}

Headers: `Siyu-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>." and the body, under the shared secret>` and
`Idempotency-Key`, which is the same for the same content. A message may come more than once, in the same batch or another,
always under its own `key`: whoever receives keeps the keys they have.

Answer 2xx when the messages are taken. It may say more: {"results": [{"key": "…", "status": "accepted" | "delivered" |
"rejected", "reason": "…"}]}; keys that are not named are accepted. 401, 403, 404, 405, 407, 408, 425, 429, 5xx, redirects and
silence are tried again later (Retry-After is honoured). Any other 4xx refuses the request for what is in it, and nothing of it
counts as taken except what `results` says so of: what it names is settled, the rest is sent again without; where it names
nothing the batch comes again in halves, until the message that is not wanted stands alone.
"""

from siyu.channels.webhook.channel import BATCH_MAX, NAME, WebhookChannel
from siyu.platform.signatures import is_signed, signature

__all__ = ["BATCH_MAX", "NAME", "WebhookChannel", "is_signed", "signature"]
