"""The machines of a Dask cluster, looked at before works are handed to them."""

from __future__ import annotations

import platform
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bilingual._version import __version__
from bilingual.batch.state import package_versions
from bilingual.errors import InputError
from bilingual.files import scratch_folder, unwritable
from bilingual.model import Reason

Look = tuple[str, str, dict[str, str], bool]


def looked_at(paths: Sequence[str]) -> Look:
    """On a worker: its machine, its version, its packages, and whether it sees these paths."""
    return platform.node(), __version__, package_versions(), all(Path(p).exists() for p in paths)


@contextmanager
def marker_in(folder: Path) -> Iterator[Path]:
    """A folder of our own by which another machine knows the folder for results.

    :raises InputError: ``output-unwritable``.
    """
    with ExitStack() as stack:
        try:
            made = stack.enter_context(scratch_folder("batch", within=folder))
        except OSError as error:
            raise unwritable(folder, error) from error
        yield made


def executor_of(client: Any, table: Path, out: Path, say: Callable[[Reason], None]) -> Any:
    """An executor of the cluster's workers that can do the works.

    One that does not see the table or the folder for results, or has another version of the
    library, is given nothing: it would fail every work at once, and so be given most of them.

    :param client: a ``distributed.Client``.
    :param out: the folder for results, which is there.
    :param say: called with what a person should know of the machines.
    :raises InputError: ``batch-no-machine``: there are workers, and none that can;
        ``output-unwritable``.
    """
    with marker_in(out) as marker:
        paths = [str(table.absolute()), str(marker)]
        looks = _looks(client, paths)
    if not looks:
        say(Reason(code="cluster-none", params={"address": str(client.scheduler.address)}))
        return client.get_executor(pure=False)
    found: dict[str, set[str]] = defaultdict(set)
    fit = []
    for address, look in looks.items():
        problem, host = _problem(address, look)
        if problem:
            found[problem].add(host)
        if problem in ("", "cluster-packages"):
            fit.append(address)
    for problem, hosts in sorted(found.items()):
        say(Reason(code=problem, params={"hosts": sorted(hosts), "version": __version__}))
    if not fit:
        raise InputError("batch-no-machine")
    # Where all can, those that come later are welcome, too.
    return client.get_executor(pure=False, **({} if len(fit) == len(looks) else {"workers": fit}))


def _looks(client: Any, paths: Sequence[str]) -> dict[str, Any]:
    """What each worker sees, or the error that looking there came to, by its address."""
    try:
        return dict(client.run(looked_at, paths))
    except Exception:
        # Of one of them, without the library or lost in the meantime. What Dask cannot send from
        # there is an AssertionError here, whatever `on_error` says.
        looks: dict[str, Any] = {}
    for address in client.nthreads():
        try:
            looks |= client.run(looked_at, paths, workers=[address])
        except Exception as error:
            looks[address] = error
    return looks


def _problem(address: str, look: Any) -> tuple[str, str]:
    """What is wrong with a worker, empty for nothing, and its machine."""
    if not isinstance(look, tuple):  # the error that looking came to
        return "cluster-broken", address
    host, version, packages, sees = look
    if version != __version__:
        return "cluster-version", host
    if not sees:
        return "cluster-unseen", host
    return ("" if packages == package_versions() else "cluster-packages"), host
