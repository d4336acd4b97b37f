"""Which pipes lead out, and what keeps moving where events come in and where their consequences are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from siyu.assembly.channels import SENDING_NAMES, LiveChannels
from siyu.assembly.coding import keep_ways_once
from siyu.assembly.flow import consumers
from siyu.assembly.hooking import hook_caller
from siyu.assembly.inheriting import inherit_once
from siyu.assembly.installation import Installation
from siyu.assembly.loops import TICK_SECONDS, Loop, told
from siyu.assembly.mirroring import write_contacts_once
from siyu.assembly.posts import mail_channel
from siyu.assembly.sending import (
    give_up_once,
    move_sends_once,
    pictures_of,
    work_mass_tasks_once,
    work_posts_of_once,
)
from siyu.assembly.serving import desk_of, looked_after, serve_once
from siyu.assembly.wechat_followers import FollowerLook
from siyu.assembly.wecom import WecomClients
from siyu.assembly.wecom_working import (
    SUBJECTS_AT_ONCE,
    mirrored,
    tell_welcomes_once,
    welcome_lane,
    work_callbacks_once,
)
from siyu.channels.webhook.channel import WebhookChannel
from siyu.channels.wecom.welcoming import AT_ONCE, HTTP_LIMITS, WelcomeLane
from siyu.domain.messages.contracts import Channel
from siyu.engines.advising.working import expire_once as expire_tasks_once
from siyu.engines.advising.working import keep_leads_once
from siyu.engines.calling.following import call_by_events_once
from siyu.engines.calling.making import make_calls_once
from siyu.engines.intake.draining import drain_once
from siyu.engines.intake.telling import ToldOrders
from siyu.engines.mirror.tagging import apply_tags_once
from siyu.engines.mirror.writing import WRITING_AT_ONCE
from siyu.engines.orchestration.advance import advance_once, keep_up_once, take_in_once
from siyu.engines.orchestration.occasions import let_in_once
from siyu.engines.reach.by_hand import ByHand
from siyu.engines.reach.delivery import deliver_by
from siyu.engines.reach.ending import fall_back_once, hand_out_once
from siyu.engines.reach.gate import Reach
from siyu.engines.reach.tasks_channel import TaskChannel
from siyu.engines.tagging.follow import tag_by_events_once
from siyu.engines.tagging.working import expire_once
from siyu.platform.eventlog.consuming import consume_once
from siyu.platform.inbox.inbox import shards_waiting
from siyu.platform.postgres.database import Database

INBOX_SECONDS = 0.05
"""How often an empty inbox is looked into: the door tells nobody, for a notice in every commit would halve its speed."""

WELCOME_SECONDS = 0.05
"""How often one looks for welcomes: their codes live for twenty seconds, and the door tells nobody, as above."""

WAYS_SECONDS = 5.0
"""How often one looks which ways codes should have: a slot begins on the minute, and a new code is wanted soon."""

INHERIT_SECONDS = 2.0
"""How often one looks whether something is to be handed over: what has begun takes a day."""

FOLLOWERS_SECONDS = 2.0
"""How often one looks for followers of whom it is not known who they are."""

SERVICE_LOOK_SECONDS = 60.0
"""How often one looks for conversations that fell silent, and how the accounts of personas stand."""

EXPIRY_SECONDS = 10.0
"""How often one looks for tags and tasks whose time is over: they are exact to the minute."""

LEADS_SECONDS = 30.0
"""How often one looks for leads that nobody cares for, and for new ones to share out."""

FALL_BACK_SECONDS = 5.0
"""How often one looks for messages that did not get through, and for what is to go by hand."""

STRANDED_SECONDS = 60.0
"""How often one looks for messages that wait for a channel that is not there any more: they are given hours."""


OCCASIONS_SECONDS = 2.0
"""How often one looks whether a journey's schedule or date has come: they are on the minute."""


def channels(installation: Installation) -> Mapping[str, Channel]:
    """The pipes this installation has, by name: those of the settings, and those that are connected as of now."""
    settings, found = installation.settings, list[Channel]([TaskChannel(), ByHand()])
    if settings.webhook_url:
        clock = installation.database.clock
        found.append(WebhookChannel(settings.webhook_url, settings.webhook_secret, clock, installation.http))
    if (mail := mail_channel(installation)) is not None:
        found.append(mail)
    return LiveChannels(installation, found)


def reach(installation: Installation) -> Reach:
    """The gate and the delivery over this installation's channels."""
    return Reach(
        channels=channels(installation),
        addresses=installation.addresses,
        zone=installation.settings.zone,
    )


def intake_loops(installation: Installation) -> list[Loop]:
    """What takes in what the outside tells."""
    with installation.database.read() as reading:  # put there when there were more shards
        waiting = shards_waiting(reading.driver)
    shards = range(max(installation.settings.intake_shards, waiting))
    draining = [
        Loop(f"intake:{shard}", told(partial(drain_once, installation.database, shard)), idle_seconds=INBOX_SECONDS)
        for shard in shards
    ]
    return draining + _wecom_loops(installation)


def _wecom_loops(installation: Installation) -> list[Loop]:
    database = installation.database
    apply = mirrored(database, WecomClients.of_installation(installation))
    at_once = min(SUBJECTS_AT_ONCE, installation.at_once_max)
    clients = WecomClients.of_installation(installation, HTTP_LIMITS)
    lane = _welcome_lane(installation, clients)
    desk = desk_of(database, installation.settings.zone)
    service_clients = WecomClients.of_installation(installation)
    return [
        Loop("wecom:welcome", lambda: clients.has_any() and lane.step(), idle_seconds=WELCOME_SECONDS),
        Loop("wecom:told", told(partial(tell_welcomes_once, database))),
        Loop("wecom:codes", _ways(installation), idle_seconds=WAYS_SECONDS),
        Loop("service:serve", partial(serve_once, desk, service_clients), idle_seconds=TICK_SECONDS),
        Loop("service:look", looked_after(desk, service_clients), idle_seconds=SERVICE_LOOK_SECONDS),
        Loop(
            "wecom:callbacks", told(partial(work_callbacks_once, database, apply, at_once)), idle_seconds=TICK_SECONDS
        ),
    ]


def _welcome_lane(installation: Installation, clients: WecomClients) -> WelcomeLane:
    at_once, zone = min(AT_ONCE, installation.at_once_max), installation.settings.zone
    return welcome_lane(installation.database, clients, zone, at_once=at_once, pause=installation.pause)


def _ways(installation: Installation) -> Callable[[], bool]:
    clients = WecomClients.of_installation(installation)
    return partial(keep_ways_once, installation, clients, pictures_of(installation.settings))


def flow_loops(installation: Installation) -> list[Loop]:
    """What follows the log, and what moves on by itself."""
    database, out = installation.database, reach(installation)
    settings, at_once = installation.settings, min(WRITING_AT_ONCE, installation.at_once_max)
    clients = [WecomClients.of_installation(installation) for _ in range(4)]
    readers = consumers(out, ToldOrders(settings.currency))
    reading = [Loop(f"consume:{each.name}", told(partial(consume_once, database, each))) for each in readers]
    moving = [
        Loop("journeys:enter", told(partial(take_in_once, database))),
        Loop("journeys:advance", told(partial(advance_once, database, zone=settings.zone))),
        Loop("journeys:occasions", partial(let_in_once, database, settings.zone), idle_seconds=OCCASIONS_SECONDS),
        Loop("journeys:keep_up", partial(keep_up_once, database), idle_seconds=FALL_BACK_SECONDS),
        Loop("hooks:events", told(partial(call_by_events_once, database))),
        Loop("hooks:call", told(partial(make_calls_once, database, hook_caller(installation)))),
        Loop("tags:events", told(partial(tag_by_events_once, database))),
        Loop("wechat:followers", FollowerLook(database, installation.outside).step, idle_seconds=FOLLOWERS_SECONDS),
        Loop("mirror:tags", partial(apply_tags_once, database)),
        Loop("contacts:inherit", partial(inherit_once, database, clients[0]), idle_seconds=INHERIT_SECONDS),
        Loop("mirror:writes", partial(write_contacts_once, database, clients[1], at_once)),
        Loop("tasks:expire", told(partial(expire_tasks_once, database)), idle_seconds=EXPIRY_SECONDS),
        Loop("leads:keep", told(partial(keep_leads_once, database)), idle_seconds=LEADS_SECONDS),
        Loop("tags:expire", partial(expire_once, database), idle_seconds=EXPIRY_SECONDS),
        *_delivering(database, out),
        Loop("messages:fall_back", told(partial(fall_back_once, database)), idle_seconds=FALL_BACK_SECONDS),
        Loop("messages:stranded", partial(give_up_once, database, out), idle_seconds=STRANDED_SECONDS),
        Loop("messages:by_hand", told(partial(hand_out_once, database, out)), idle_seconds=FALL_BACK_SECONDS),
        Loop("sends:move", partial(move_sends_once, database, installation.columns, settings.zone)),
        Loop("sends:tasks", partial(work_mass_tasks_once, installation, clients[2], out)),
        Loop("sends:posts", partial(work_posts_of_once, installation, clients[3])),
    ]
    return reading + moving


def _delivering(database: Database, out: Reach) -> list[Loop]:
    """One loop a channel: what a vendor takes two minutes for keeps nobody else waiting."""
    return [Loop(f"deliver:{name}", told(partial(deliver_by, database, out, name))) for name in SENDING_NAMES]
