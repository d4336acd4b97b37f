"""Endpoints of the address book: departments, members, apps."""

from __future__ import annotations

from typing import Any

from siyu.world.wecom.apps import ROOT_DEPARTMENT, AppKind
from siyu.world.wecom.calls import Call, Reply, page_of
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.staff import Department, Member

LISTED_AT_ONCE_MAX = 10_000


def get_user(call: Call) -> Reply:
    return whole_of(call, call.corp.staff.find(call.member(unknown=60111)))


def whole_of(call: Call, member: Member | None) -> dict[str, Any]:
    """All that an app is told of a member."""
    if member is None:
        raise RefusedError(60111)
    told: dict[str, Any] = {
        "userid": member.userid,
        "name": member.name,
        "department": member.departments,
        "order": [0] * len(member.departments),
        "position": member.position,
        "is_leader_in_dept": [0] * len(member.departments),
        "direct_leader": [],
        "telephone": "",
        "alias": member.alias,
        "main_department": member.departments[0],
        "extattr": {"attrs": []},
        "status": member.status,
        "external_position": member.position,
        "hide_mobile": 0,
        "isleader": 0,
        "enable": 1,
    }
    if call.app.is_made_before_2022:
        told |= {"mobile": member.mobile, "gender": str(member.gender), "email": member.email, "avatar": ""}
    return told


def _members_asked_for(call: Call) -> list[Member]:
    department_id = call.query.whole("department_id", least=1)
    if department_id not in call.corp.staff.departments:
        raise RefusedError(60003)
    if department_id not in _visible_departments(call):
        raise RefusedError(60011)
    wanted = {department_id}
    if call.query.whole("fetch_child", 0, most=1):
        wanted = call.corp.staff.below(wanted)
    return [member for member in call.corp.staff.of_departments(wanted) if call.sees(member.userid)]


def list_users(call: Call) -> Reply:
    return {"userlist": [whole_of(call, member) for member in _members_asked_for(call)]}


def simple_list_users(call: Call) -> Reply:
    members = _members_asked_for(call)
    return {"userlist": [{"userid": one.userid, "name": one.name, "department": one.departments} for one in members]}


def list_user_ids(call: Call) -> Reply:
    if call.app.kind is not AppKind.CONTACTS:
        raise RefusedError(48002)
    limit = call.body.whole("limit", LISTED_AT_ONCE_MAX, least=1, most=LISTED_AT_ONCE_MAX)
    pairs = [(member.userid, department) for member in call.corp.staff.members for department in member.departments]
    page, following = page_of(pairs, call.body.text("cursor", missing=None), limit, "list_id")
    return {"dept_user": [{"userid": one, "department": two} for one, two in page], "next_cursor": following}


def find_by_mobile(call: Call) -> Reply:
    return _found_by(call, "mobile")


def find_by_email(call: Call) -> Reply:
    return _found_by(call, "email")


def _found_by(call: Call, name: str) -> Reply:
    wanted = call.body.text(name)
    for member in call.corp.staff.members:
        if getattr(member, name) == wanted and call.sees(member.userid):
            return {"userid": member.userid}
    raise RefusedError(46004)


def _visible_departments(call: Call) -> set[int]:
    return call.corp.staff.below(call.app.departments)


def _departments_asked_for(call: Call) -> list[Department]:
    visible = _visible_departments(call)
    if call.query.has("id"):
        wanted = call.query.whole("id", ROOT_DEPARTMENT)
        if wanted not in call.corp.staff.departments:
            raise RefusedError(60003)
        if wanted not in visible:
            raise RefusedError(60011)
        visible &= call.corp.staff.below({wanted})
    return [department for known, department in sorted(call.corp.staff.departments.items()) if known in visible]


def list_departments(call: Call) -> Reply:
    return {"department": [_department(one) for one in _departments_asked_for(call)]}


def simple_list_departments(call: Call) -> Reply:
    rows = [
        {"id": one.department_id, "parentid": one.parent_id, "order": one.order} for one in _departments_asked_for(call)
    ]
    return {"department_id": rows}


def get_department(call: Call) -> Reply:
    wanted = call.query.whole("id", least=1)
    if wanted not in call.corp.staff.departments:
        raise RefusedError(60003)
    if wanted not in _visible_departments(call):
        raise RefusedError(60011)
    return {"department": _department(call.corp.staff.departments[wanted])}


def _department(department: Department) -> dict[str, Any]:
    return {
        "id": department.department_id,
        "name": department.name,
        "name_en": "",
        "department_leader": department.leaders,
        "parentid": department.parent_id,
        "order": department.order,
    }


def get_agent(call: Call) -> Reply:
    if call.query.whole("agentid") != call.app.agent_id:
        raise RefusedError(301002)
    return {
        "agentid": call.app.agent_id,
        "name": call.app.name,
        "close": 0 if call.app.is_enabled else 1,
        "redirect_domain": next(iter(sorted(call.app.trusted_domains)), ""),
        "allow_userinfos": {"user": [{"userid": userid} for userid in sorted(call.app.users)]},
        "allow_partys": {"partyid": sorted(call.app.departments)},
    }


def list_agents(call: Call) -> Reply:
    return {"agentlist": [{"agentid": call.app.agent_id, "name": call.app.name, "square_logo_url": ""}]}


def list_addresses(_call: Call) -> Reply:
    """The addresses that callbacks come from and that calls go to: this machine."""
    return {"ip_list": ["127.0.0.1"]}
