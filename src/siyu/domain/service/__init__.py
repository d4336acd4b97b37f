"""Room `service`: customer service in WeCom (微信客服): accounts, conversations, what was said, and what is answered by itself.

The rules of an account are a definition of kind `service_rule`. Owns the schema `service`. Events, about who wrote:
`service_conversation_started` {conversation_id, open_kfid, scene}, `service_message_received` {conversation_id, open_kfid, kind,
rule}, `service_handed_over` {conversation_id, open_kfid, reason, to, staff_id}, `service_conversation_ended` {conversation_id,
open_kfid, reason, received, by_rules, by_persons, first_answer_seconds}. What was said stands in none of them: it is kept sealed
with the message, and dropped when it is too old.

Invariants: a message that came counts once, whatever was cut off, for what follows from it commits with the cursor behind it. Of a
customer one conversation with an account is open at a time. We say at most five things after what the customer said last, and
nothing after two days. What is to be done in WeCom is a row before it is tried; of a conversation it is done in its order. A
conversation belongs to the profile that wrote, so it follows merges and splits by itself.
"""
