"""Running a notebook for a submission, and turning one into a page by itself.

Needs the extra ``notebook`` (nbclient, nbconvert, ipykernel, matplotlib).
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import errno
import os
import re
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bilingual.budget import MIB, resident_bytes
from bilingual.config import WorkLimits
from bilingual.errors import DependencyError, InputError, OverBudgetError
from bilingual.files import is_there, no_room, scratch_folder, unwritable, write_whole
from bilingual.progress import Callback, Progress
from bilingual.render.fontfiles import font_css
from bilingual.render.notebook.kernel import ARGUMENTS, end, kernel_manager, running
from bilingual.resources import notebook_file
from bilingual.showing import visible

STAGE: Final = "notebook"
_ENDINGS: Final = 50
_ENDING_S: Final = 0.2
_LOOK_S: Final = 0.1
"""How often it is looked how much memory the kernel holds."""

_PAGE: Final = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data: blob:; \
media-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:; \
base-uri 'none'; form-action 'none'">
<title>{title}</title>
<style>
{fonts}
body{{font-family:"Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei","Bilingual Han",
"Bilingual Tibetan","Bilingual Rare",sans-serif;
line-height:1.6;color:#1b1b1b;margin:0 auto;padding:1rem;max-width:76rem}}
h1{{font-size:1.6rem}}h2{{font-size:1.25rem;margin-top:2rem;border-bottom:1px solid #c8c8c8}}
.jp-InputArea-editor,.input_area{{background:#f5f6f7;border:1px solid #e2e2e2;border-radius:4px;
padding:.3rem .6rem;overflow-x:auto;font-size:.85rem}}
main .bilingual [lang=bo]{{font-size:1em}}
pre{{margin:0;white-space:pre-wrap;font-family:"DejaVu Sans Mono",Consolas,monospace}}
.prompt,.jp-InputPrompt,.jp-OutputPrompt,.jp-Collapser,.anchor-link{{display:none}}
.output_area,.jp-OutputArea-output{{margin:.5rem 0;overflow-x:auto}}
@media print{{.input_area,.jp-InputArea-editor{{break-inside:avoid}}}}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def run_notebook(
    name: str,
    out: Path,
    parameters: Mapping[str, Any],
    *,
    progress: Callback | None = None,
    timeout_s: int = 3600,
    memory_mib: int = WorkLimits().memory_mib,
) -> Path:
    """Run a notebook of the library's with these parameters and keep the result.

    Its kernel (``bilingual.render.notebook.kernel``) works in a private folder and imports
    from where this process does, but never from the working directory.

    :param name: ``verification.ipynb`` or ``method.ipynb``.
    :param out: where the notebook goes; it is written whole when all has run.
    :param parameters: names and values for the cell tagged ``parameters``: strings,
        numbers, booleans, ``None``. Paths have to be absolute.
    :param timeout_s: seconds that one cell may take.
    :param memory_mib: MiB that the kernel may hold (Linux); it is ended where it holds more.
    :raises OverBudgetError: ``over-memory``: it did.
    :raises DependencyError: ``notebook-missing``: the extra is not installed.
    :raises InputError: ``notebook-failed``: a cell raised (what was done stays in
        a file beside ``out``), or ``output-unwritable``.
    """
    notify = Progress(progress)
    _require()
    notify(STAGE, 0, None)
    is_there(out)  # what can never be written shows now
    if not out.absolute().parent.is_dir():
        raise unwritable(out, FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))
    with _quiet():
        import nbformat

        book, failed = _executed(
            notebook_file(name), parameters, timeout_s=timeout_s, memory_mib=memory_mib
        )
        text = nbformat.writes(book)  # type: ignore[no-untyped-call]
    if failed is not None:
        kept = out.with_name(f"{out.stem}.failed{out.suffix}")
        write_whole(kept, text)
        cell, detail = failed
        detail = detail.rstrip("。.")  # the sentence that it stands in goes on
        raise InputError("notebook-failed", cell=cell, detail=detail, path=str(kept))
    write_whole(out, text)
    notify(STAGE, 1, 1)
    return out


def _require() -> None:
    try:
        with _quiet():
            import ipykernel  # noqa: F401 - the kernel runs it
            import nbclient  # noqa: F401
            import nbformat  # noqa: F401
    except ImportError as error:
        raise DependencyError.of_extra("notebook-missing", "notebook", detail=str(error)) from error


def _executed(
    source: Path, parameters: Mapping[str, Any], *, timeout_s: int, memory_mib: int
) -> tuple[Any, tuple[int, str] | None]:
    """A notebook that has run, and the cell (from 1) that raised with what it raised.

    :raises OverBudgetError: ``over-memory``.

    It runs in a thread of its own: nbclient takes signals for itself where it can, and
    answers one by waiting for a kernel that it has just killed.
    """
    import nbformat

    book: Any = nbformat.reads(source.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    _parameterise(book, parameters)
    failures: list[BaseException] = []
    clients: list[Any] = []
    with scratch_folder("kernel") as folder:
        kernels: list[Any] = []

        def work() -> None:
            from nbclient import NotebookClient

            try:
                client = NotebookClient(
                    book,
                    timeout=timeout_s,
                    kernel_name="python3",
                    kernel_manager_class=kernel_manager(folder, kernels),
                    extra_arguments=list(ARGUMENTS),
                )
                clients.append(client)
                asyncio.run(client.async_execute())
            except BaseException as error:
                failures.append(error)

        # The end of the program does not wait for it: its client may wait for ever for a
        # kernel that an interrupt came before. A kernel ends with its thread (``tied``).
        thread = threading.Thread(target=work, name="bilingual-notebook", daemon=True)
        try:
            thread.start()
            while thread.is_alive():
                thread.join(_LOOK_S)
                # Looked at from here: a kernel that is busy with one long call cannot look
                # itself, and a limit of its address space would take its libraries' reserves
                # for use.
                if any(resident_bytes(pid) > memory_mib * MIB for pid in running(kernels)):
                    raise OverBudgetError("over-memory", mib=memory_mib)
        finally:  # on an interrupt or such an error: without its kernel it ends soon
            for _ in range(_ENDINGS):
                if thread.is_alive():
                    end(kernels)
                    thread.join(_ENDING_S)
            # What nbclient wants to do as the program ends is done; where it came to no
            # kernel, it would fail then, with a traceback.
            for client in clients:
                atexit.unregister(client._cleanup_kernel)
    return book, _failure(book, failures[0]) if failures else None


def _parameterise(book: Any, parameters: Mapping[str, Any]) -> None:
    """Put a cell with the parameters behind the one that has their defaults."""
    import nbformat

    lines = [f"{name} = {value!r}" for name, value in parameters.items()]
    # Escaped: a file's name may hold what is no Unicode, or would be shown otherwise.
    text = "\n".join(lines).encode("ascii", "backslashreplace").decode()
    cell = nbformat.v4.new_code_cell(text)  # type: ignore[no-untyped-call]
    cell.metadata["tags"] = ["injected-parameters"]
    tagged = ["parameters" in c.metadata.get("tags", ()) for c in book.cells]
    for there, one in zip(tagged, book.cells, strict=True):
        if there:
            one.source = _in_one_language(one.source, str(parameters.get("language", "zh")))
    book.cells.insert(tagged.index(True) + 1 if any(tagged) else 0, cell)


def _in_one_language(source: str, language: str) -> str:
    """Code whose comments are ``# 中文 / English``, with those of one language."""
    side = "\\2" if language == "en" else "\\1"
    return re.sub(r"(?m)# (.*?[\u4e00-\u9fff].*?) / (.*)$", f"# {side}", source)


def _failure(book: Any, error: BaseException) -> tuple[int, str]:
    """The cell that failed, from 1, and why.

    :raises InputError: ``output-unwritable``: no room for the kernel's own files.
    :raises BaseException: the error itself, where it is of no cell and no kernel.
    """
    from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError

    cells = list(enumerate(book.cells, 1))
    ran = [n for n, cell in cells if cell.get("execution_count")]
    broken = [
        n for n, cell in cells if any(o["output_type"] == "error" for o in cell.get("outputs", ()))
    ]
    if isinstance(error, CellExecutionError):
        return (broken or ran or [1])[0], f"{error.ename}: {error.evalue}"[:500]
    full = no_room(error)  # of the kernel's folder, before it ran anything
    if full is not None:
        raise full
    if isinstance(error, (CellControlSignal, DeadKernelError, RuntimeError, OSError)):
        return (ran or [0])[-1] + 1, f"{type(error).__name__}: {error}"[:500]
    raise error


@contextlib.contextmanager
def _quiet() -> Any:
    """Without the libraries' warnings about themselves; what matters they raise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def export_html(
    notebook: Path, out: Path, *, title: str = "", language: str = "zh", code: bool = False
) -> Path:
    """A notebook that has run as one HTML page that asks for nothing.

    Without nbconvert's page around it, which loads scripts from elsewhere; a
    content security policy keeps whatever a cell printed from doing so.

    :param code: show the code cells too; reviewers mostly want their output alone.
    :raises DependencyError: ``notebook-missing``.
    :raises InputError: ``output-unwritable``.
    """
    try:
        with _quiet():
            from nbconvert.exporters import HTMLExporter
            from traitlets.config import Config
    except ImportError as error:
        raise DependencyError.of_extra("notebook-missing", "notebook", detail=str(error)) from error
    from html import escape

    with _quiet():

        class Exporter(HTMLExporter):
            def get_prefix_root_dirs(self) -> list[str]:
                folders = super().get_prefix_root_dirs()  # type: ignore[no-untyped-call]
                return [folder for folder in folders if Path(folder).is_absolute()]

        exporter: Any = Exporter(  # type: ignore[no-untyped-call]
            template_name="basic",
            # Unless told, it looks for templates, which are programs, where it is started.
            extra_template_basedirs=[],
            config=Config({"CSSHTMLHeaderPreprocessor": {"enabled": False}}),  # custom.css there
            exclude_input=not code,
            exclude_input_prompt=True,
            exclude_output_prompt=True,
            exclude_anchor_links=True,
        )
        body, _resources = exporter.from_filename(str(notebook))
    tag = "zh-Hans" if language == "zh" else "en"
    page = _PAGE.format(
        lang=tag,
        title=escape(visible(title or notebook.stem)),
        body=body,
        fonts=font_css(_words(body)),
    )
    write_whole(out, page)
    return out


def _words(body: str) -> str:
    """The text of a page without its embedded data."""
    return re.sub(r"base64,[A-Za-z0-9+/=]+", "", body)
