"""The demo's WeCom: an emulated corp whose staff and customers are the demo's own, connected as any other."""

from __future__ import annotations

import http.client
import json
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from siyu.assembly.demo.accounts import join_account
from siyu.assembly.demo.brand import ACTOR, DemoBrand
from siyu.assembly.demo.codes import CODES_MAX, posters
from siyu.assembly.demo.home import plan_path
from siyu.assembly.demo.personas import dress_staff
from siyu.assembly.demo.plan import DemoPlan
from siyu.assembly.demo.ports import LOOPBACK, outside_port, wecom_url
from siyu.assembly.demo.service import open_service
from siyu.assembly.installation import Installation
from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role, WecomSecrets, WelcomeMessage, WelcomePlan
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.reading import find_visitor, list_members
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import state_of
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading
from siyu.platform.settings import Settings
from siyu.world.wecom.brand import AGENT_ID, AHEAD_SUFFIX, CORP_ID, brand_secrets
from siyu.world.wecom.brand_plan import BrandCode, BrandMember, BrandPlan, BrandUnit

READY_SECONDS = 60.0
DOOR_SECONDS = 10.0
STAFF_MAX = 500


def ahead_path(settings: Settings) -> Path:
    """Where the outside reads it ahead."""
    return plan_path(settings).with_suffix(AHEAD_SUFFIX)


def prepare_wecom(installation: Installation, demo: DemoPlan) -> None:
    """Tells the outside what its WeCom is made of, once: it makes it while the history is loaded, and lets nobody in before
    `join_wecom`."""
    settings = installation.settings
    path = ahead_path(settings)
    if path.exists() or plan_path(settings).exists():
        return
    with installation.database.read() as reading:
        _write(path, _plan(reading, demo, settings))


def _open_wecom(installation: Installation, demo: DemoPlan) -> None:
    """Tells the outside the rest, by which codes who came, and has it let people in; once."""
    settings = installation.settings
    path = plan_path(settings)
    if not path.exists():
        with installation.database.read() as reading:
            _write(path, replace(_plan(reading, demo, settings), codes=_codes(reading, settings)))
    ahead_path(settings).unlink(missing_ok=True)


def _write(path: Path, plan: BrandPlan) -> None:
    whole = path.with_suffix(".new")
    whole.write_text(plan.to_json(), encoding="utf-8")
    whole.replace(path)


def join_wecom(installation: Installation, demo: DemoPlan) -> None:
    """Connects the corp, has it made, and has it compared for the first time. Done before, it only looks after the address,
    which may be another than the last time, and after what a corp that was made again does not remember."""
    settings = installation.settings
    port = outside_port(settings, 2)
    brand = demo.brand
    _connect(installation, wecom_url(settings), brand)
    join_account(installation, brand.account)
    _open_wecom(installation, demo)
    is_there = _is_there(LOOPBACK, port)
    with installation.database.begin() as work:
        if not contacts.list_syncs(work, ACTOR, CORP_ID):
            contacts.ask_sync(work, ACTOR, CORP_ID)
    if is_there:  # else the sync waits by itself, and the next start looks after the rest
        _hang_posters(installation, port)
        _forget_lost_ways(installation, port)
        _prove_staff(installation)
        open_service(installation, brand)
        dress_staff(installation, brand.personas)


def _hang_posters(installation: Installation, port: int) -> None:
    """The codes hang in the stores, where people of the world can scan them."""
    with installation.database.read() as reading:
        found = posters(reading, ACTOR, installation.settings.zone)
    for code_id, name in sorted(found.items()):
        open_door(port, "poster/hang", name=name, url=installation.addresses.code_url(code_id))


def _forget_lost_ways(installation: Installation, port: int) -> None:
    """A corp that was made again has none of the ways that were made in the last one."""
    there = [one["config_id"] for one in open_door(port, "state")["ways"]]
    with installation.database.begin() as work:
        entries.lose_ways(work, ACTOR, CORP_ID, there)


def _prove_staff(installation: Installation) -> None:
    """Everybody of the made-up staff has logged in by WeCom once, so that one can try it."""
    until = time.monotonic() + READY_SECONDS
    while True:
        with installation.database.begin() as work:
            found = list_members(work, ACTOR, CORP_ID)
            for member in found:
                visitor = find_visitor(work, CORP_ID, member.userid)
                if visitor is not None and not visitor.is_proven:
                    contacts.confirm_member(work, ACTOR, visitor.member_id, visitor.staff_id)
        if found or time.monotonic() >= until:
            return
        time.sleep(0.2)


def open_door(port: int, door: str, **given: object) -> dict[str, Any]:
    """What people do in the demo's WeCom, done through one of the world's doors."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=DOOR_SECONDS)
    try:
        connection.request("POST", f"/world/{door}", json.dumps(given))
        told: dict[str, Any] = json.loads(connection.getresponse().read())
        return told
    finally:
        connection.close()


def _connect(installation: Installation, url: str, brand: DemoBrand) -> None:
    made = brand_secrets(installation.settings.webhook_secret)
    secrets = WecomSecrets(made.app_secret, "", made.callback_token, made.encoding_aes_key)
    with installation.database.begin() as work:
        known = company.find_wecom_connection(work, ACTOR, CORP_ID)
        if known is None or (known.base_url, known.secrets) != (url, secrets):
            company.save_wecom_corp(
                work,
                ACTOR,
                CORP_ID,
                brand.name,
                agent_id=AGENT_ID,
                secrets=secrets,
                base_url=url,
                rules=known.rules if known else None,
                is_enabled=known.is_enabled if known else True,
            )
        if known is None:
            company.save_wecom_welcome(work, ACTOR, CORP_ID, WelcomePlan(WelcomeMessage(brand.welcome)))


def _plan(reading: Reading, demo: DemoPlan, settings: Settings) -> BrandPlan:
    staff = company.list_staff(reading, ACTOR, PageRequest(size=STAFF_MAX)).rows
    units = sorted(company.list_units(reading, ACTOR), key=lambda unit: (unit.path.count("."), unit.unit_id))
    return BrandPlan(
        demo.brand.key,
        demo.brand.name,
        demo.brand.seed,
        demo.customers,
        demo.anchor.isoformat(),
        settings.zone.key,
        [BrandUnit(unit.unit_id, unit.parent_id, unit.name) for unit in units],
        [
            BrandMember(
                one.email.partition("@")[0],
                one.name,
                one.email,
                one.unit_id,
                one.role in (Role.MANAGER, Role.FRONTLINE),
            )
            for one in sorted(staff, key=lambda one: one.staff_id)
            if one.is_active
        ],
    )


def _codes(reading: Reading, settings: Settings) -> list[BrandCode]:
    """The codes that lead to members, and what WeCom says of whom they bring."""
    staff = company.list_staff(reading, ACTOR, PageRequest(size=STAFF_MAX)).rows
    userid_of = {each.staff_id: each.email.partition("@")[0] for each in staff}
    found = entries.list_codes(reading, ACTOR, PageRequest(size=CODES_MAX), settings.zone).rows
    return [
        BrandCode(
            each.code.channel,
            int(each.updated_at.timestamp()),
            {userid_of[staff_id]: state_of(each.code_id, staff_id) for staff_id in each.code.everybody},
        )
        for each in found
        if each.code is not None and each.status is DefinitionStatus.LIVE and each.code.everybody
    ]


def _is_there(host: str, port: int) -> bool:
    """Whether the corp listens; waited for, so that the first sync need not be tried twice."""
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.05)
        else:
            return True
