"""The store of finished replications: each is written at once, under a digest of all that determines it.

One file of SQLite with a rollback journal. A write-ahead log would let readers in while one writes, but it needs memory
shared between processes, which folders on a network do not give, and leaves two more files beside the store. Here a
replication takes seconds and its row a few milliseconds, so writers hardly ever meet; whoever finds the store taken waits.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from flowsim.errors import RunError
from flowsim.measures.kpis import Kpis, KpiValue
from flowsim.records.tallies import Tallies, load_tallies, save_tallies
from flowsim.studies.measuring import Measured

SCHEMA = 1
PATIENCE = 60.0
"""Seconds to wait for another program that is writing."""
TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE shapes (shape TEXT PRIMARY KEY, names TEXT NOT NULL);
CREATE TABLE replications (key TEXT PRIMARY KEY, question TEXT NOT NULL, shape TEXT NOT NULL, figures BLOB NOT NULL,
                           notices TEXT NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE tallies (key TEXT PRIMARY KEY, tallies BLOB NOT NULL, sha256 TEXT NOT NULL);
"""


@dataclass
class Store:
    """A file of finished replications. Several threads, and several programs, may use it at a time."""

    path: Path
    damaged: list[str] = field(default_factory=list)
    """Keys of rows that did not fit their digest: they are not used, and are replaced when they are made again."""
    _shapes: dict[str, list[list[str]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _open: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open the file now, so that what is wrong with it is said before anything runs."""
        with self._using():
            return

    def has(self, key: str, with_tallies: bool = False) -> bool:
        """Is this replication here, and whole?"""
        if self.find(key) is None:
            return False
        return not with_tallies or self.tallies(key) is not None

    def find(self, key: str) -> Measured | None:
        """A replication; None if it is not here."""
        row = self._read(
            "SELECT question, shape, figures, notices, sha256 FROM replications WHERE key = ?", key
        )
        if row is None:
            return None
        question, shape, figures, notices, sha256 = row
        names = self._names(shape)
        if names is None or _digest(key, question, shape, figures, notices) != sha256:
            self.damaged.append(key)
            return None
        values = np.frombuffer(figures, "<f8").tolist()
        rows = tuple(
            KpiValue(kpi, group, at, period, value, unit)
            for (kpi, group, at, period, unit), value in zip(names, values, strict=True)
        )
        return Measured(Kpis(rows), tuple(json.loads(notices)))

    def tallies(self, key: str) -> Tallies | None:
        """The tallies of a replication, if they were kept."""
        row = self._read("SELECT tallies, sha256 FROM tallies WHERE key = ?", key)
        if row is None:
            return None
        if _digest(key, row[0]) != row[1]:
            self.damaged.append(key)
            return None
        return load_tallies(BytesIO(row[0]))

    def keep(self, key: str, question: str, found: Measured, tallies: Tallies | None = None) -> None:
        """Write a finished replication, whole or not at all.

        Raises RunError if the same replication is here with other figures: it would not be reproducible.
        """
        names = json.dumps([[row.kpi, row.group, row.at, row.period, row.unit] for row in found.kpis.rows])
        figures = np.array([row.value for row in found.kpis.rows], "<f8").tobytes()
        shape = hashlib.sha256(names.encode()).hexdigest()
        notices = json.dumps(list(found.notices))
        row = (key, question, shape, figures, notices, _digest(key, question, shape, figures, notices))
        packed = b""
        if tallies is not None:
            written = BytesIO()
            save_tallies(tallies, written)
            packed = written.getvalue()
        before = self.find(key)
        if before is not None and not _same(before, found):
            raise RunError(
                f"A replication came out with other figures than those in {self.path}: {question}. It cannot be "
                "reproduced, so none of its figures can be trusted. Please report it."
            )
        with self._using() as store:
            store.execute("BEGIN IMMEDIATE")
            store.execute("INSERT OR REPLACE INTO shapes VALUES (?, ?)", (shape, names))
            store.execute("INSERT OR REPLACE INTO replications VALUES (?, ?, ?, ?, ?, ?)", row)
            if packed:
                store.execute(
                    "INSERT OR REPLACE INTO tallies VALUES (?, ?, ?)", (key, packed, _digest(key, packed))
                )
            store.execute("COMMIT")

    def keys(self) -> list[str]:
        """The keys of all replications, in order."""
        with self._using() as store:
            return [key for (key,) in store.execute("SELECT key FROM replications ORDER BY key")]

    @property
    def sha256(self) -> str:
        """A digest of all figures, whatever the order in which they came."""
        digest = hashlib.sha256()
        with self._using() as store:
            for key, sha256 in store.execute("SELECT key, sha256 FROM replications ORDER BY key"):
                digest.update(f"{key} {sha256}\n".encode())
        return digest.hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _names(self, shape: str) -> list[list[str]] | None:
        """What the figures of a shape are; None if that is damaged."""
        if shape not in self._shapes:
            row = self._read("SELECT names FROM shapes WHERE shape = ?", shape)
            if row is None or hashlib.sha256(row[0].encode()).hexdigest() != shape:
                return None
            self._shapes[shape] = json.loads(row[0])
        return self._shapes[shape]

    def _read(self, question: str, key: str) -> tuple[Any, ...] | None:
        with self._using() as store:
            found: tuple[Any, ...] | None = store.execute(question, (key,)).fetchone()
            return found

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """The open file, for one thread at a time; what SQLite has to say is said in our words."""
        with self._lock:
            try:
                if self._open is None:
                    self._open = self._opened()
                yield self._open
            except sqlite3.Error as error:
                if self._open is not None and self._open.in_transaction:
                    _undo(self._open)
                raise RunError(_told(self.path, error)) from error

    def _opened(self) -> sqlite3.Connection:
        """Open the file, or make it. Raises RunError if it is not a store of this version."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(
                f"The folder {self.path.parent} cannot be made: {error.strerror}. Choose another --store."
            ) from error
        opened = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            _prepare(opened, self.path)
        except BaseException:
            opened.close()
            raise
        return opened


def _prepare(opened: sqlite3.Connection, path: Path) -> None:
    opened.execute("PRAGMA synchronous = FULL")
    opened.execute("BEGIN IMMEDIATE")  # refused now, not after an hour, if the file cannot be written
    there = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not there:
        for statement in TABLES.split(";")[:-1]:
            opened.execute(statement)
        opened.execute("INSERT INTO about VALUES ('schema', ?), ('made by', ?)", (str(SCHEMA), _flowsim()))
    about = dict(opened.execute("SELECT name, value FROM about")) if not there or "about" in there else {}
    opened.execute("COMMIT")
    if about.get("schema") != str(SCHEMA):
        whose = f"written by flowsim {about['made by']}" if "made by" in about else "not a store of flowsim's"
        raise RunError(
            f"{path} is {whose}: its schema is {about.get('schema', 'unknown')}, and this version reads {SCHEMA}. "
            "It was left as it is. Choose another file with --store, or move it away."
        )


def _same(one: Measured, other: Measured) -> bool:
    names = [[(row.kpi, row.group, row.at, row.period) for row in found.kpis.rows] for found in (one, other)]
    figures = [np.array([row.value for row in found.kpis.rows]).tobytes() for found in (one, other)]
    return names[0] == names[1] and figures[0] == figures[1]


def _digest(*parts: str | bytes) -> str:
    """A digest of the parts, each with its length before it."""
    digest = hashlib.sha256()
    for part in parts:
        packed = part.encode() if isinstance(part, str) else part
        digest.update(f"{len(packed)}:".encode() + packed)
    return digest.hexdigest()


def _undo(opened: sqlite3.Connection) -> None:
    try:
        opened.execute("ROLLBACK")
    except sqlite3.Error:  # SQLite has rolled back by itself
        return


def _told(path: Path, error: sqlite3.Error) -> str:
    """What is wrong with the store, and what to do; everything that was finished is still in it."""
    said = str(error)
    kept = "Everything that was finished before is kept."
    if "locked" in said or "busy" in said:
        return f"Another program has been writing to {path} for {PATIENCE:.0f} s. {kept} Run it again when that has ended."
    if "full" in said or "disk I/O" in said:
        return f"{path} cannot grow: the disk is full, or a limit is reached ({said}). {kept} Make room, and run it again."
    if "readonly" in said or "unable to open" in said:
        return f"{path} cannot be written ({said}). Change its rights, or choose another file with --store."
    return (
        f"{path} is damaged ({said}). It was left as it is. Move it away and run again; what is in it may be saved "
        f"with: sqlite3 {path.name} .recover"
    )


def _flowsim() -> str:
    try:
        return version("flowsim")
    except PackageNotFoundError:
        return "of a source folder"
