"""The service as one object: what every call is answered with."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from bilingual._version import __version__
from bilingual.server.context import PageContext
from bilingual.server.folders import Folders
from bilingual.server.hub import Hub
from bilingual.server.metrics import Metrics
from bilingual.server.sessions import Sessions
from bilingual.server.settings import CHUNK_BYTES, Settings
from bilingual.server.store import Store


@dataclass(slots=True, kw_only=True)
class Service:
    """All that a running service holds."""

    settings: Settings
    folders: Folders
    store: Store
    sessions: Sessions
    hub: Hub = field(default_factory=Hub)
    metrics: Metrics = field(default_factory=Metrics)
    ending: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Service:
        """The service over a data folder.

        :raises InputError: ``data-unusable``.
        """
        folders = Folders(settings.data.absolute())
        folders.make()
        store = Store(folders.root)
        return cls(
            settings=settings,
            folders=folders,
            store=store,
            sessions=Sessions(store, settings.tokens),
        )

    def context(self) -> PageContext:
        """What the pages are given."""
        return PageContext(
            version=__version__,
            max_upload_bytes=self.settings.max_upload_bytes,
            chunk_bytes=CHUNK_BYTES,
            needs_token=self.settings.needs_token,
            keep_days=self.settings.keep_days,
        )


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    service: Service = request.app.state.service
    return service
