"""Room `definitions`: what operators design (segments, journeys, …), as documents with drafts and versions.

Owns the documents, their versions and who refers to whom; does not know what is in them: the room of a kind checks that
before it saves. Events, about nobody: `definition_published`, `definition_stopped`, `definition_resumed`,
`definition_deleted`, each with {definition_id, kind, version}.

Invariants: a version never changes and never goes away, not even when its definition is deleted; version n + 1 follows n;
what something live or drafted refers to cannot be deleted; of two edits of the same revision one is refused.
"""
