"""Endpoints of customers: whose they are, what is known of them, remarks."""

from __future__ import annotations

from typing import Any

from siyu.world.wecom.calls import Call, Reply, cursor_of, cursor_text
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.people import PERSON_OF_WECHAT, Relation

FOLLOWERS_PER_PAGE = 500
PER_PAGE, PER_PAGE_MAX = 50, 100
USERS_MAX = 100
CORP_TAG = 1
NUMBER_BITS = 32


def get_follow_user_list(call: Call) -> Reply:
    return {"follow_user": [one.userid for one in call.corp.staff.visible(call.app) if one.may_have_customers]}


def list_customers(call: Call) -> Reply:
    userid = follower(call)
    people = call.corp.people
    ids = [people.id_of(number) for number in people.numbers_of(userid)]
    if not ids and call.corp.rules.refuses_empty_customer_list:
        raise RefusedError(84061)
    return {"external_userid": ids}


def follower(call: Call, name: str = "userid") -> str:
    """A parameter that names a member with the right to customer contact."""
    userid = call.member(name)
    member = call.corp.staff.find(userid)
    if member is None or not member.has_customers:
        raise RefusedError(84074)
    return userid


def get_customer(call: Call) -> Reply:
    number = call.corp.people.number_of(call.query.text("external_userid", missing=41035))
    relations = [one for one in call.corp.people.followers(number) if call.sees(one.userid)]
    if not relations:
        # Somebody has this customer but the app sees none of them; or the member who had deleted the customer.
        raise RefusedError(40096 if call.corp.people.followers(number) else 84061)
    if all(one.is_half for one in relations):
        raise RefusedError(84061)
    cursor = call.query.text("cursor", missing=None)
    first = int(cursor_text(cursor, "get")) if cursor else 0
    page = relations[first : first + FOLLOWERS_PER_PAGE]
    following = first + FOLLOWERS_PER_PAGE
    reply: dict[str, Any] = {
        "external_contact": person_of(call, number),
        "follow_user": [_followed(call, relation) for relation in page],
    }
    return reply | ({"next_cursor": cursor_of(str(following), "get")} if following < len(relations) else {})


def person_of(call: Call, number: int) -> dict[str, Any]:
    """Who a customer is, as far as WeCom tells."""
    person = call.corp.people.person(number)
    told: dict[str, Any] = {
        "external_userid": call.corp.people.id_of(number),
        "name": person.name,
        "avatar": "",
        "type": person.kind,
        "gender": person.gender,
    }
    if person.kind != PERSON_OF_WECHAT:
        return told | {"corp_name": person.corp_name, "corp_full_name": person.corp_name, "position": ""}
    return told | ({"unionid": person.unionid} if call.corp.rules.has_developer_id and person.unionid else {})


def _relation(relation: Relation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "userid": relation.userid,
        "remark": relation.remark,
        "description": relation.description,
        "createtime": relation.created_at,
        "remark_mobiles": relation.remark_mobiles,
        "oper_userid": relation.oper_userid,
        "add_way": relation.add_way,
    }
    if relation.remark_company:
        told["remark_corp_name"] = relation.remark_company
    return told | ({"state": relation.state} if relation.state else {})


def _followed(call: Call, relation: Relation) -> dict[str, Any]:
    tags = []
    for tag_id in relation.tag_ids:
        if (found := call.corp.tags.find(tag_id)) is not None:
            group, tag = found
            tags.append({"group_name": group.name, "tag_name": tag.name, "tag_id": tag_id, "type": CORP_TAG})
    return _relation(relation) | {"tags": tags}


def _follow_info(call: Call, relation: Relation) -> dict[str, Any]:
    tags = call.corp.tags
    return _relation(relation) | {"tag_id": [one for one in relation.tag_ids if tags.find(one) is not None]}


def batch_get_by_user(call: Call) -> Reply:
    """Pages go by member and then by number, so that a customer who comes or goes between two pages moves nobody else."""
    body, people = call.body, call.corp.people
    if body.has("userid") and not body.has("userid_list"):
        userids = [body.text("userid", missing=41009)]  # the field's former name, which older clients send
    else:
        userids = body.texts("userid_list", missing=41009, most=USERS_MAX, too_many=40032)
    known = [member.userid for userid in userids if (member := call.corp.staff.find(userid)) is not None]
    if len(known) < len(userids):
        raise RefusedError(40003)
    if not all(call.sees(userid) for userid in known):
        raise RefusedError(60011)
    limit = body.limit(PER_PAGE, PER_PAGE_MAX)
    cursor = body.text("cursor", missing=None)
    place, after = divmod(int(cursor_text(cursor, "by_user")), 1 << NUMBER_BITS) if cursor else (0, 0)
    if place >= len(known):
        raise RefusedError(50100)
    found: list[dict[str, Any]] = []
    while place < len(known):
        userid = known[place]
        taken = people.numbers_from(userid, after, limit - len(found))
        for number in taken:
            relation = people.relation(userid, number)
            if relation is not None and not relation.is_half:
                person, info = person_of(call, number), _follow_info(call, relation)
                found.append({"external_contact": person, "follow_info": info})
        if taken and people.numbers_from(userid, taken[-1] + 1, 1):
            after = taken[-1] + 1
        else:
            place, after = place + 1, 0
        if len(found) >= limit:
            break
    following = cursor_of(str((place << NUMBER_BITS) + after), "by_user") if place < len(known) else ""
    if not found and not following and call.corp.rules.refuses_empty_customer_list and not cursor:
        raise RefusedError(84061)
    return {"external_contact_list": found, "next_cursor": following}


def remark(call: Call) -> Reply:
    body = call.body
    userid = call.member()
    number = call.corp.people.number_of(body.text("external_userid", missing=41035))
    fields = ("remark", "description", "remark_company", "remark_mobiles", "remark_pic_mediaid")
    if not any(body.has(name) for name in fields):
        raise RefusedError(40063)
    remarked = body.text("remark", missing=None, characters_max=20)
    described = body.text("description", missing=None, characters_max=150)
    company = body.text("remark_company", missing=None, characters_max=20)
    mobiles = body.texts("remark_mobiles", missing=None)
    picture = body.text("remark_pic_mediaid", missing=None)
    relation = call.corp.people.relation(userid, number)
    if relation is None or relation.is_half:
        raise RefusedError(84061)
    if company and call.corp.people.person(number).kind != PERSON_OF_WECHAT:
        raise RefusedError(41056)
    if picture:
        call.corp.media.require(picture, call.now)
    if body.has("remark"):
        relation.remark = remarked
    if body.has("description"):
        relation.description = described
    if body.has("remark_company"):
        relation.remark_company = company
    if body.has("remark_mobiles"):
        relation.remark_mobiles = [mobile for mobile in mobiles if mobile]
    call.corp.people.keep(relation)
    return {}


def convert_to_openid(call: Call) -> Reply:
    number = call.corp.people.number_of(call.body.text("external_userid", missing=41035))
    return {"openid": openid_of(call.corp.people.id_of(number))}


def convert_unionid(call: Call) -> Reply:
    """Documented for providers alone; whether an own app may call it is a rule."""
    unionid = call.body.text("unionid", missing=610014)
    call.body.text("openid")
    if not call.corp.rules.converts_unionids:
        raise RefusedError(48002)
    number = call.corp.people.find_unionid(unionid)
    if number is None:
        raise RefusedError(610014)
    if not any(call.sees(relation.userid) for relation in call.corp.people.followers(number)):
        raise RefusedError(610004)
    return {"external_userid": call.corp.people.id_of(number)}


def openid_of(external_userid: str) -> str:
    """The openid of a customer under the corp."""
    return "oW" + external_userid[4:30]
