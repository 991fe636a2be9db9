"""What is known of works, uploads, reviews and sessions: SQLite in the data folder.

Files lie beside it (:mod:`bilingual.server.folders`). A change is on disk before anybody is
told of it. One connection, one call at a time; calls take milliseconds and come from
threads.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from bilingual.errors import InputError
from bilingual.files import display_name
from bilingual.server.folders import DATABASE
from bilingual.server.records import Delivery, Record, SavedReview, State, Upload, Work

WAITING: Final = "SELECT id, owner FROM works WHERE state = 'queued' ORDER BY place"
"""What the queue asks, by itself and often."""

_VERSION: Final = 1
_TABLES: Final = """
CREATE TABLE works (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    started REAL,
    finished REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    record TEXT NOT NULL
);
CREATE INDEX works_state ON works (state, place);
CREATE INDEX works_owner ON works (owner, place);
CREATE INDEX works_previous ON works (json_extract(record, '$.previous'));
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    created REAL NOT NULL
);
CREATE TABLE keys (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    work TEXT NOT NULL,
    created REAL NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE TABLE reviews (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    work TEXT NOT NULL,
    caller TEXT NOT NULL,
    name TEXT NOT NULL,
    at REAL NOT NULL,
    sha256 TEXT NOT NULL,
    decisions INTEGER NOT NULL,
    document BLOB NOT NULL
);
CREATE INDEX reviews_work ON reviews (work, n);
CREATE TABLE sessions (digest TEXT PRIMARY KEY, token TEXT NOT NULL, ends REAL NOT NULL);
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    body BLOB NOT NULL,
    tries INTEGER NOT NULL,
    next REAL NOT NULL
);
"""


@dataclass(slots=True)
class Store:
    """The database of a service.

    :raises InputError: ``data-unusable``: the folder holds none that can be used.
    """

    folder: Path
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _connection: sqlite3.Connection = field(init=False)

    def __post_init__(self) -> None:
        try:
            self._connection = sqlite3.connect(
                self.folder / DATABASE, timeout=10, isolation_level=None, check_same_thread=False
            )
            with ExitStack() as stack:
                stack.callback(self._connection.close)
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=FULL")
                self._connection.execute("PRAGMA secure_delete=ON")
                self._connection.execute("PRAGMA journal_size_limit=67108864")
                self._made()
                stack.pop_all()  # it can be used: it stays open
        except sqlite3.Error as error:
            shown = display_name(str(self.folder))
            raise InputError("data-unusable", path=shown, detail=str(error)) from None

    def _made(self) -> None:
        with self._change() as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _TABLES.split(";\n"):
                    if statement.strip():
                        database.execute(statement)
                database.execute(f"PRAGMA user_version={_VERSION}")
            elif version != _VERSION:
                shown = display_name(str(self.folder))
                raise InputError("data-unusable", path=shown, detail=f"version {version}")

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """A change that is made whole or not at all."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    # Works.

    def add_work(
        self, name: str, owner: str, record: Record, *, key: tuple[str, str] | None = None
    ) -> Work:
        """Keep a new work, which waits.

        :param key: the caller's idempotency key, and the digest of what he sent with it.
        """
        now = time.time()
        with self._change() as database:
            database.execute(
                "INSERT INTO works (id, owner, state, created, record) VALUES (?, ?, ?, ?, ?)",
                (name, owner, "queued", now, _text(record)),
            )
            if key is not None:
                database.execute(
                    "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?)", (owner, *key, name, now)
                )
        found = self.work(name)
        if found is None:  # it was written just now
            raise LookupError(name)
        return found

    def work(self, name: str) -> Work | None:
        """A work by its id."""
        return next(map(_work, self._rows(_ONE_WORK, name)), None)

    def works(
        self,
        *,
        owner: str | None = None,
        state: str | None = None,
        before: int | None = None,
        limit: int = 1000,
    ) -> list[Work]:
        """Works, the newest first; of one owner, in one state, older than a place."""
        wanted = {"owner = ?": owner, "state = ?": state, "place < ?": before}
        kept = {where: value for where, value in wanted.items() if value is not None}
        where = f"WHERE {' AND '.join(kept)}" if kept else ""
        statement = f"{_WORKS} {where} ORDER BY place DESC LIMIT ?"
        return [_work(row) for row in self._rows(statement, *kept.values(), limit)]

    def waiting(self) -> list[tuple[str, str]]:
        """Ids and owners of the works that wait, in their order."""
        return [(name, owner) for name, owner in self._rows(WAITING)]

    def next_of(self, names: Sequence[str]) -> dict[str, list[str]]:
        """By the id of each of these works the ids of those that check it again."""
        found: dict[str, list[str]] = {name: [] for name in names}
        for name, following in self._rows(_NEXT_OF, _text(names)):
            found[name].append(following)
        return found

    def done(self) -> list[str]:
        """Ids of the works that have a report, the newest first."""
        return [
            n
            for (n,) in self._rows("SELECT id FROM works WHERE state = 'done' ORDER BY place DESC")
        ]

    def counts(self) -> Mapping[str, int]:
        """How many works there are in each state."""
        return dict(self._rows("SELECT state, COUNT(*) FROM works GROUP BY state"))

    def begin(self, name: str) -> bool:
        """A work is begun; whether it still waited."""
        with self._change() as database:
            statement = (
                "UPDATE works SET state = 'running', started = ?, attempts = attempts + 1 "
                "WHERE id = ? AND state = 'queued'"
            )
            return database.execute(statement, (time.time(), name)).rowcount == 1

    def put_back(self, name: str, *, attempted: bool = True) -> None:
        """A work that was begun waits again.

        :param attempted: whether it counts as an attempt; it does not where the disk was full.
        """
        with self._change() as database:
            database.execute(
                "UPDATE works SET state = 'queued', started = NULL, attempts = attempts - ? "
                "WHERE id = ? AND state = 'running'",
                (int(not attempted), name),
            )

    def end(
        self, name: str, state: State, changes: Mapping[str, Any], *, told: Delivery | None = None
    ) -> bool:
        """A work has ended; whether it had not before.

        :param changes: of its record, by field.
        :param told: what is to be told of it, kept together with the state.
        """
        with self._change() as database:
            row = database.execute(
                "SELECT record FROM works WHERE id = ? AND state IN ('queued', 'running')", (name,)
            ).fetchone()
            if row is None:
                return False
            record = msgspec.structs.replace(_record(row[0]), **changes)
            database.execute(
                "UPDATE works SET state = ?, finished = ?, record = ? WHERE id = ?",
                (state, time.time(), _text(record), name),
            )
            if told is not None:
                database.execute(
                    "INSERT OR IGNORE INTO deliveries VALUES (?, ?, ?, ?, ?)",
                    (told.id, told.address, told.body, told.tries, told.next),
                )
            return True

    def cut_off(self) -> list[Work]:
        """The works that were running when the service stopped."""
        return self.works(state="running", limit=1_000_000)

    def remove_work(self, name: str) -> bool:
        """Forget a work and its reviews; whether it was there."""
        with self._change() as database:
            database.execute("DELETE FROM reviews WHERE work = ?", (name,))
            database.execute("DELETE FROM keys WHERE work = ?", (name,))
            return database.execute("DELETE FROM works WHERE id = ?", (name,)).rowcount == 1

    def older_than(self, moment: float) -> list[str]:
        """Ids of the works that ended before a moment."""
        return [n for (n,) in self._rows("SELECT id FROM works WHERE finished < ?", moment)]

    def key(self, owner: str, key: str) -> tuple[str, str] | None:
        """The digest and the work that an idempotency key was used with."""
        rows = self._rows("SELECT digest, work FROM keys WHERE owner = ? AND key = ?", owner, key)
        return (rows[0][0], rows[0][1]) if rows else None

    def remove_old_keys(self, moment: float) -> None:
        """Forget idempotency keys, and sessions that are over."""
        with self._change() as database:
            database.execute("DELETE FROM keys WHERE created < ?", (moment,))
            database.execute("DELETE FROM sessions WHERE ends < ?", (time.time(),))

    # Uploads.

    def add_upload(self, upload: Upload) -> None:
        """Keep a new upload."""
        with self._change() as database:
            database.execute(
                "INSERT INTO uploads VALUES (?, ?, ?, ?, ?)",
                (upload.id, upload.owner, upload.name, upload.bytes, upload.created),
            )

    def upload(self, name: str) -> Upload | None:
        """An upload by its id."""
        rows = self._rows(f"{_UPLOADS} WHERE id = ?", name)
        return next((_upload(row) for row in rows), None)

    def uploads(self, *, owner: str | None = None) -> list[Upload]:
        """The uploads of an owner, or of all."""
        where = "" if owner is None else "WHERE owner = ?"
        values = () if owner is None else (owner,)
        statement = f"{_UPLOADS} {where}"
        return [_upload(row) for row in self._rows(statement, *values)]

    def remove_upload(self, name: str) -> bool:
        """Forget an upload; whether it was there."""
        with self._change() as database:
            return database.execute("DELETE FROM uploads WHERE id = ?", (name,)).rowcount == 1

    # Reviews.

    def add_review(
        self,
        review: SavedReview,
        document: bytes,
        expected: str | None = None,
        *,
        keep: Callable[[], None] = lambda: None,
    ) -> int | None:
        """Keep a version of a review; its number.

        :param document: the review as it came.
        :param expected: the hash of the version that it follows; ``None`` comes back where
            another one has come between.
        :param keep: what else is kept of it; where that raises nothing is kept.
        """
        with self._change() as database:
            if expected is not None:
                last = database.execute(
                    "SELECT sha256 FROM reviews WHERE work = ? AND caller = ? AND name = ? "
                    "ORDER BY n DESC LIMIT 1",
                    (review.work, review.caller, review.name),
                ).fetchone()
                if last is None or last[0] != expected:
                    return None
            cursor = database.execute(
                "INSERT INTO reviews (work, caller, name, at, sha256, decisions, document) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    review.work, review.caller, review.name, review.at, review.sha256,
                    review.decisions, document,
                ),
            )  # fmt: skip
            keep()
            return cursor.lastrowid

    def reviews(self, work: str) -> list[SavedReview]:
        """Every version of every review of a work, the newest first."""
        return [_review(row) for row in self._rows(_REVIEWS, work)]

    def review_document(self, n: int) -> bytes:
        """What a version of a review says, as it came; empty where it is there no more."""
        rows = self._rows("SELECT document FROM reviews WHERE n = ?", n)
        return bytes(rows[0][0]) if rows else b""

    def reviewers(self, names: Sequence[str]) -> dict[str, int]:
        """By the id of each of these works how many have reviewed it."""
        found = dict(self._rows(_REVIEWERS, _text(names)))
        return dict.fromkeys(names, 0) | found

    # Sessions.

    def add_session(self, digest: str, token: str, ends: float) -> None:
        """Keep a session by its digest and that of the token."""
        with self._change() as database:
            database.execute("INSERT INTO sessions VALUES (?, ?, ?)", (digest, token, ends))

    def session(self, digest: str, now: float) -> str | None:
        """The digest of the token that a session belongs to."""
        statement = "SELECT token FROM sessions WHERE digest = ? AND ends > ?"
        return next((token for (token,) in self._rows(statement, digest, now)), None)

    def remove_session(self, digest: str) -> None:
        """Forget a session."""
        with self._change() as database:
            database.execute("DELETE FROM sessions WHERE digest = ?", (digest,))

    # Deliveries.

    def due(self, now: float) -> list[Delivery]:
        """What is to be told now."""
        statement = (
            "SELECT id, address, body, tries, next FROM deliveries WHERE next <= ? "
            "ORDER BY next LIMIT 20"
        )
        return [
            Delivery(id=row[0], address=row[1], body=row[2], tries=row[3], next=row[4])
            for row in self._rows(statement, now)
        ]

    def tried(self, name: str, again: float | None) -> None:
        """A delivery was tried; when it is tried again, ``None``: never."""
        with self._change() as database:
            if again is None:
                database.execute("DELETE FROM deliveries WHERE id = ?", (name,))
            else:
                statement = "UPDATE deliveries SET tries = tries + 1, next = ? WHERE id = ?"
                database.execute(statement, (again, name))


_WORKS: Final = (
    "SELECT place, id, owner, state, created, started, finished, attempts, record FROM works"
)
_ONE_WORK: Final = f"{_WORKS} WHERE id = ?"
_UPLOADS: Final = "SELECT id, owner, name, bytes, created FROM uploads"
_NEXT_OF: Final = (
    "SELECT json_extract(record, '$.previous'), id FROM works "
    "WHERE json_extract(record, '$.previous') IN (SELECT value FROM json_each(?)) ORDER BY place"
)
_REVIEWERS: Final = (
    "SELECT work, COUNT(*) FROM (SELECT DISTINCT work, caller, name FROM reviews "
    "WHERE work IN (SELECT value FROM json_each(?))) GROUP BY work"
)
_REVIEWS: Final = (
    "SELECT n, work, caller, name, at, sha256, decisions FROM reviews "
    "WHERE work = ? ORDER BY n DESC"
)


def _text(value: Record | Sequence[str]) -> str:
    return msgspec.json.encode(value).decode()


def _record(text: str) -> Record:
    return msgspec.json.decode(text, type=Record)


def _work(row: tuple[Any, ...]) -> Work:
    place, name, owner, state, created, started, finished, attempts, record = row
    return Work(
        place=place,
        id=name,
        owner=owner,
        state=state,
        created=created,
        started=started,
        finished=finished,
        attempts=attempts,
        record=_record(record),
    )


def _upload(row: tuple[Any, ...]) -> Upload:
    return Upload(id=row[0], owner=row[1], name=row[2], bytes=row[3], created=row[4])


def _review(row: tuple[Any, ...]) -> SavedReview:
    n, work, caller, name, at, sha256, decisions = row
    return SavedReview(
        n=n,
        work=work,
        caller=caller,
        name=name,
        at=at,
        sha256=sha256,
        decisions=decisions,
    )
