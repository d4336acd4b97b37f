"""Room `groups`: group chats with customers, their owners and who is in them.

Owns the schema `groups`. Events: `group_joined`, `group_left`, each once for every coming and going. Invariants: the list of
members is the truth, whatever told of a change; a membership belongs to the profile of the external_userid, and only an erasure
deletes it, else it is left; a group that was dissolved stays, without members. A welcome is asked for in WeCom once: where the
answer was lost, only somebody's word makes it again.
"""
