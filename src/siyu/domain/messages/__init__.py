"""Messages: what is said to one customer by one channel, from the request to its outcome.

Owns the messages, the clicks on their links and the rests of channels that could not be reached. Deciding and sending are
engine `reach`'s matter; the channels themselves are known here only by their protocol.

Events: `message_requested` (by whoever wants one sent), then one of `message_held` or, in the end, `message_sent` and perhaps
`message_delivered`, or `message_failed`, or `message_cancelled`; in between `message_awaiting_staff` where a staff member has to
confirm it; `message_clicked` for each click. All have {message_key, channel, definition_id, version, step}, all but the first
{message_id}, those that say no {reason}; the profile is the customer's own id.

Invariants: one row for one key, whatever is repeated; a message is in one state, and each outcome is recorded once; who sends
holds a lease, and what was sent together is sent together again if they die.
"""
