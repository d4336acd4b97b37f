"""Tags that are made, renamed and deleted on one side, and what the other makes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from siyu.channels.wecom.mirror import WecomMirror
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import OutsideTagGroup, Removal, WriteBack
from siyu.domain.tags import service as tags
from siyu.engines.mirror.contracts import Corp
from siyu.engines.mirror.tagging import sync_tags
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored
from tests.world.wecom.driving import CORP_ID

ACTOR = system_actor("test")
GROUP = "茶"


class Tags:
    """The tags of one group on both sides."""

    def __init__(self, mirrored: Mirrored) -> None:
        self.mirrored = mirrored
        self.group_id = 0

    def here(self) -> set[str]:
        with self.mirrored.database.read() as reading:
            group = next(each for each in tags.list_groups(reading, ACTOR) if each.name == GROUP)
        return {each.name for each in group.tags if not each.is_archived}

    def there(self) -> set[str]:
        told = self.mirrored.corp.source.tag_groups()
        return {tag.name for group in told if group.name == GROUP for tag in group.tags}

    def tag_here(self, name: str) -> int:
        with self.mirrored.database.read() as reading:
            groups = tags.list_groups(reading, ACTOR)
        return next(tag.tag_id for group in groups if group.name == GROUP for tag in group.tags if tag.name == name)

    def tag_there(self, name: str) -> str:
        told = self.mirrored.corp.source.tag_groups()
        return next(tag.outside_id for group in told if group.name == GROUP for tag in group.tags if tag.name == name)

    def rule(self, write_back: WriteBack, removal: Removal) -> None:
        with self.mirrored.database.begin() as work:
            (group,) = (each for each in contacts.list_synced_groups(work, ACTOR, CORP_ID) if each.name == GROUP)
            contacts.save_tag_rules(
                work, ACTOR, CORP_ID, group.outside_id, is_synced=True, write_back=write_back, removal=removal
            )
            self.group_id = group.group_id

    def sync(self) -> None:
        sync_tags(self.mirrored.database, self.mirrored.corp)


def test_names_and_ends_of_tags_go_both_ways(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored]
) -> None:
    mirrored = mirror_of(database, Size(members=1, customers=1, chats=0))
    kept = Tags(mirrored)
    mirrored.api.door("tag/add", group_name=GROUP, name="龙井")
    mirrored.api.door("tag/add", group_name=GROUP, name="碧螺春")
    kept.sync()
    assert kept.here() == {"龙井", "碧螺春"}
    mirrored.api.door("tag/delete", tag_id=kept.tag_there("碧螺春"))
    kept.sync()
    assert kept.here() == {"龙井", "碧螺春"}  # each side keeps its own

    kept.rule(WriteBack.ALL, Removal.EITHER)
    with database.begin() as work:
        for name in ("乌龙", "普洱"):
            tags.create_tag(work, ACTOR, kept.group_id, name)
        tags.archive_tag(work, ACTOR, kept.tag_here("碧螺春"))
    kept.sync()
    assert kept.there() == {"龙井", "乌龙", "普洱"}
    oolong, puer = kept.tag_there("乌龙"), kept.tag_there("普洱")
    with database.begin() as work:
        tags.rename_tag(work, ACTOR, kept.tag_here("乌龙"), "冻顶乌龙")
        tags.rename_tag(work, ACTOR, kept.tag_here("龙井"), "西湖龙井")  # WeCom refuses: the console made it
        tags.archive_tag(work, ACTOR, kept.tag_here("普洱"))
    kept.sync()
    assert kept.there() == {"龙井", "冻顶乌龙"}
    assert kept.tag_there("冻顶乌龙") == oolong
    assert mirrored.corp.source.deleted_tags([oolong, puer]) == {puer}

    mirrored.api.door("tag/rename", tag_id=oolong, name="高山乌龙")
    kept.sync()
    assert kept.here() == {"西湖龙井", "高山乌龙"}
    mirrored.api.door("tag/delete", tag_id=oolong)
    kept.sync()
    assert kept.here() == {"西湖龙井"}  # and it does not come back
    assert kept.there() == {"龙井"}
    kept.sync()
    assert kept.there() == {"龙井"}


class Late(WecomMirror):
    """Tells first what the tags were some time ago."""

    def __init__(self, source: WecomMirror, told: Sequence[OutsideTagGroup]) -> None:
        self._wecom, self._staff = source._wecom, source._staff
        self.told = [list(told)]

    def tag_groups(self) -> list[OutsideTagGroup]:
        return self.told.pop() if self.told else super().tag_groups()


def test_a_list_that_is_late_takes_no_tag_away(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored]
) -> None:
    mirrored = mirror_of(database, Size(members=1, customers=1, chats=0))
    kept = Tags(mirrored)
    mirrored.api.door("tag/add", group_name=GROUP, name="龙井")
    kept.sync()
    kept.rule(WriteBack.ALL, Removal.EITHER)
    before = mirrored.corp.source.tag_groups()
    with database.begin() as work:
        tags.create_tag(work, ACTOR, kept.group_id, "新茶")
    kept.sync()
    source = mirrored.corp.source
    assert isinstance(source, WecomMirror)
    sync_tags(database, Corp(CORP_ID, Late(source, before)))
    assert kept.here() == kept.there() == {"龙井", "新茶"}
