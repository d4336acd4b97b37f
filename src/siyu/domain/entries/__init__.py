"""Room `entries`: the ways by which customers come in and tell of themselves: forms and what people answered, channel codes.

A form is a definition of kind `form`. Owns the schema `entries`: the answers, who opened a form on which day, and how many
answers each form has. Events, about who opened or answered: `form_opened` {form_id, version}, once for each person and day, and
`form_answered` {form_id, form, version, answer_id, score, band, tags, answers}; `answers` holds choices (their keys), numbers,
days and yeses, never what somebody typed, which is kept sealed with the answer.

Invariants: of a form that is answered once, a customer has one answer, whatever runs at the same time; only where two customers
became one later are there two, and both stay. A page that is sent again changes nothing. There are never more answers than the
form allows. An answer belongs to the profile that gave it, so it follows merges and splits by itself.

Who is answering is known for sure by a personal link alone. A stranger's phone or e-mail is kept with the answer, and as an
attribute where the form says so; it is never an identity and never makes one customer of two. Through a personal link it is, where
the question says that it identifies.

A channel code is a definition of kind `code`; it leads to members, to groups, or to the nearest of the company's stores, which
this room owns too. Owns also: what each brought on which day, whose turn it is, places that are kept for who is scanning now,
the codes' ways in WeCom, the quota of acquisition links and who came by them. Events: `code_viewed` {code_id, code, channel,
campaign, content}, of who is known, once for each person and day; `link_chat_started` {the same, staff_id}, of who came by a
link and wrote for the first time. Whoever chooses the next member holds the code's turn: adds and places kept never pass a cap
then. A state in WeCom has one way, whatever was cut off; only of groups, whose codes WeCom does not list, there may be another
that nobody is shown. Where a visitor is finds the nearest store and is kept nowhere.

A lead is a customer to be won: with one member of the staff, who keeps the customer then, or in the pool of a unit. Owns also
follow-ups, what staff write down of talks, and the rules of leads. Events: `lead_opened`, `lead_given`, `lead_returned`,
`lead_won`, `lead_lost`, `follow_up_recorded`. A customer has one open lead; of two who were merged the older goes on.
"""
