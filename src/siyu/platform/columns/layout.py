"""Every statement that makes, swaps or drops a table of the columns, for one server and for a cluster.

On one server (the embedded one, or a ClickHouse of the operator's) a table is a MergeTree. On a cluster the rows are in
`events_local`, replicated within each shard, and `events` is the way to all shards: whoever reads or inserts uses the
same names in both. Rows of a profile, and all versions of a customer, are in one shard, so FINAL needs no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CLUSTER_SETTINGS: Mapping[str, object] = {
    # An insert is acknowledged when it is in all shards concerned, in most replicas of each.
    "distributed_foreground_insert": 1,
    "insert_quorum": "auto",
    # The first replica that lives, the same for everybody: what was inserted is what is read.
    "load_balancing": "in_order",
    # IN and JOIN over a subquery: the subquery is asked once, of all shards.
    "distributed_product_mode": "global",
    "prefer_localhost_replica": 0,
}
"""What every request to a cluster is made with."""

# Tokens of inserts are remembered; what was acknowledged is on disk.
_DURABLE: Mapping[str, int] = {"fsync_after_insert": 1, "fsync_part_directory": 1}
_PLAIN: Mapping[str, int] = {"non_replicated_deduplication_window": 1000}
# Also by age, and by default for an hour only: a server may be away for longer before an insert is repeated.
_REPLICATED: Mapping[str, int] = {
    "replicated_deduplication_window": 1000,
    "replicated_deduplication_window_seconds": 30 * 86_400,
}


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table: its columns, its engine without `Replicated`, its order, by what it is spread over shards, and by what its rows are
    parted so that a part of them can be dropped as one."""

    name: str
    columns: str
    engine: str
    order_by: str
    shard_by: str
    partition_by: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How tables lie: on the cluster of this name with this database, or on one server where it is empty."""

    cluster: str
    database: str

    def create(self, shape: TableShape, name: str) -> list[str]:
        """Makes a table of this shape under `name`, where there is none."""
        parted = f" PARTITION BY {shape.partition_by}" if shape.partition_by else ""
        rows = f"({shape.columns}) ENGINE = {{}}{shape.engine}{parted} ORDER BY {shape.order_by} SETTINGS {{}}"
        if not self.cluster:
            return [f"CREATE TABLE IF NOT EXISTS {name} {rows.format('', _settings(_PLAIN))}"]
        # Without arguments a replicated table is known to the others by its UUID, which an exchange of names leaves alone.
        return [
            f"CREATE TABLE IF NOT EXISTS {self._local(name)}{self._on} "
            + rows.format("Replicated", _settings(_REPLICATED)),
            f"CREATE TABLE IF NOT EXISTS {name}{self._on} ({shape.columns}) ENGINE = "
            f"Distributed('{self.cluster}', '{self.database}', '{self._local(name)}', intHash64({shape.shard_by}))",
        ]

    def drop(self, name: str) -> list[str]:
        """Takes a table away at once, with its rows."""
        names = [name, self._local(name)] if self.cluster else [name]
        return [f"DROP TABLE IF EXISTS {each}{self._on} SYNC" for each in names]

    def exchange(self, one: str, other: str) -> str:
        """Swaps the rows of two tables: in one step on a server, on a cluster in one step on each of its servers."""
        return f"EXCHANGE TABLES {self._local(one)} AND {self._local(other)}{self._on}"

    def truncate(self, name: str) -> str:
        """Empties a table."""
        return f"TRUNCATE TABLE {self._local(name)}{self._on}"

    def drop_partition(self, name: str, partition: str) -> str:
        """Throws a part of the rows away."""
        return f"ALTER TABLE {self._local(name)}{self._on} DROP PARTITION {partition}"

    def create_dictionary(self, name: str, columns: str, key: str, source: str, layout: str) -> str:
        """Makes a dictionary, on every server one, that is read anew only when it is told to (LIFETIME 0)."""
        return (
            f"CREATE DICTIONARY IF NOT EXISTS {name}{self._on} ({columns}) PRIMARY KEY {key}"
            f" SOURCE(CLICKHOUSE({source})) LAYOUT({layout}) LIFETIME(0)"
        )

    def reload_dictionary(self, name: str) -> str:
        """Has a dictionary read anew, everywhere."""
        return f"SYSTEM RELOAD DICTIONARY{self._on} {self.database}.{name}"

    @property
    def _on(self) -> str:
        return f" ON CLUSTER {self.cluster}" if self.cluster else ""

    def _local(self, name: str) -> str:
        return f"{name}_local" if self.cluster else name


def _settings(more: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in {**_DURABLE, **more}.items())


def settings_named() -> Sequence[str]:
    """Every setting of tables that a layout uses."""
    return [*_DURABLE, *_PLAIN, *_REPLICATED]
