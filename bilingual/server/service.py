"""The service as one object: what every call is answered with."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

import filelock
from starlette.requests import Request

from bilingual._version import __version__
from bilingual.errors import InputError
from bilingual.files import display_name
from bilingual.server.context import PageContext
from bilingual.server.dispatching import Dispatcher
from bilingual.server.folders import LOCK, Folders
from bilingual.server.hub import Hub
from bilingual.server.metrics import Metrics
from bilingual.server.sessions import Sessions
from bilingual.server.settings import Settings
from bilingual.server.space import is_full
from bilingual.server.store import Store
from bilingual.server.turns import Turns
from bilingual.server.workers import Workers


@dataclass(slots=True, kw_only=True)
class Service:
    """All that a running service holds.

    ``at_hand``: uploads of which a piece comes in or a work is being made; ``making``: ids of
    works that are not yet written down; ``turns``: who waits for whom.
    """

    settings: Settings
    folders: Folders
    store: Store
    sessions: Sessions
    hub: Hub
    metrics: Metrics
    lock: filelock.BaseFileLock
    workers: Workers
    dispatcher: Dispatcher
    at_hand: set[str] = field(default_factory=set)
    making: set[str] = field(default_factory=set)
    turns: Turns = field(default_factory=Turns)
    ending: bool = False

    @classmethod
    def of(cls, settings: Settings, workers: Workers | None = None) -> Service:
        """The service over a data folder.

        :param workers: who does the works; processes of its own unless given.

        :raises InputError: ``data-unusable``; ``data-in-use``: another service has it.
        """
        folders = Folders(settings.data.absolute())
        folders.make()
        lock = filelock.FileLock(folders.root / LOCK, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except filelock.Timeout:
            shown = display_name(str(folders.root))
            raise InputError("data-in-use", path=shown) from None
        try:
            store = Store(folders.root)
        except BaseException:
            lock.release()
            raise
        hub, metrics, workers = Hub(), Metrics(), workers or Workers(settings)
        dispatcher = Dispatcher(
            settings=settings,
            store=store,
            folders=folders,
            hub=hub,
            metrics=metrics,
            workers=workers,
        )
        return cls(
            settings=settings,
            folders=folders,
            store=store,
            sessions=Sessions(store, settings.tokens),
            hub=hub,
            metrics=metrics,
            lock=lock,
            workers=workers,
            dispatcher=dispatcher,
        )

    def end_streams(self) -> None:
        """Let those go who follow a work: they ask again when the service is back."""
        self.ending = True
        self.hub.wake_all()

    def close(self) -> None:
        """End the processes, close the database and leave the folder to others."""
        self.workers.close()
        self.store.close()
        self.lock.release()

    def forget(self, name: str) -> None:
        """Delete all there is of a work, on a full disk too."""
        folder = self.folders.work(name)
        try:
            self.store.remove_work(name)
        except (OSError, sqlite3.Error) as error:
            if not is_full(error):
                raise
            self.folders.remove(folder)  # makes the room that the database needs
            self.store.remove_work(name)
        self.folders.remove(folder)
        self.hub.changed(name)

    def context(self) -> PageContext:
        """What the pages are given."""
        return PageContext(
            version=__version__,
            needs_token=self.settings.needs_token,
            keep_days=self.settings.keep_days,
            award=self.settings.config.profile.media,
        )


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    service: Service = request.app.state.service
    return service
