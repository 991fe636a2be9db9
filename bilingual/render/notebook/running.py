"""Running a notebook for a submission, and turning one into a page by itself.

Needs the extra ``notebook`` (papermill, nbconvert, ipykernel, matplotlib).
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bilingual.errors import DependencyError, InputError
from bilingual.files import write_whole
from bilingual.progress import Callback, Progress
from bilingual.render.fontfiles import font_css
from bilingual.resources import notebook_file

STAGE: Final = "notebook"

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
) -> Path:
    """Run a notebook of the library's with these parameters and keep the result.

    :param name: ``verification.ipynb`` or ``method.ipynb``.
    :param out: where the notebook goes; it is written whole when all has run.
    :param parameters: names and JSON values for the cell tagged ``parameters``.
    :param timeout_s: seconds that one cell may take.
    :raises DependencyError: ``notebook-missing``: the extra is not installed.
    :raises InputError: ``notebook-failed``: a cell raised (what was done stays in
        a file beside ``out``), or ``output-unwritable``.
    """
    notify = Progress(progress)
    _require_papermill()
    notify(STAGE, 0, None)
    draft = _draft(out)
    try:
        _execute(notebook_file(name), draft, parameters, timeout_s)
        os.replace(draft, out)  # noqa: PTH105 - both are in one folder
    except _CellError as failed:
        kept = out.with_name(f"{out.stem}.failed{out.suffix}")
        draft.replace(kept)
        raise InputError(
            "notebook-failed", cell=failed.cell, detail=failed.detail, path=str(kept)
        ) from None
    except OSError as error:
        raise InputError(
            "output-unwritable", path=str(out), detail=error.strerror or str(error)
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    notify(STAGE, 1, 1)
    return out


class _CellError(Exception):
    """A cell (counted from 1) raised; ``detail`` is what."""

    def __init__(self, cell: int, detail: str) -> None:
        super().__init__(cell, detail)
        self.cell, self.detail = cell, detail


def _require_papermill() -> None:
    try:
        with _quiet():
            import ipykernel  # noqa: F401 - the kernel runs it
            import papermill  # noqa: F401
    except ImportError as error:
        raise DependencyError("notebook-missing", detail=str(error)) from error


def _execute(source: Path, draft: Path, parameters: Mapping[str, Any], timeout_s: int) -> None:
    """Run a notebook into a draft.

    :raises _CellError: a cell raised; what was done before is in the draft.
    """
    with _quiet():
        import papermill
        from papermill.exceptions import PapermillExecutionError

        try:
            papermill.execute_notebook(
                str(source),
                str(draft),
                parameters=dict(parameters),
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                request_save_on_cell_execute=False,
                execution_timeout=timeout_s,
                kernel_manager_class=_kernel_manager(),
                extra_arguments=["--IPKernelApp.log_level=40"],  # no word of its transport
                cwd=str(draft.parent),
            )
        except PapermillExecutionError as error:
            detail = f"{error.ename}: {error.evalue}"[:500]
            raise _CellError(error.cell_index + 1, detail) from None
        except ImportError as error:
            raise DependencyError("notebook-missing", detail=str(error)) from error


def _kernel_manager() -> type[Any]:
    """The manager of a kernel of this very Python and this very package.

    A person's own «python3» kernel may be of another environment.
    """
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    home = str(Path(__file__).resolve().parents[3])
    path = os.pathsep.join(p for p in (home, os.environ.get("PYTHONPATH")) if p)
    spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        display_name="Python 3",
        language="python",
        env={"PYTHONPATH": path},
    )

    class KernelManager(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    return KernelManager


def _draft(out: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(
            dir=out.absolute().parent, prefix=f".{out.stem[:40]}.", suffix=".ipynb"
        )
        os.close(handle)
        Path(name).chmod(0o644)
    except OSError as error:
        raise InputError(
            "output-unwritable", path=str(out), detail=error.strerror or str(error)
        ) from error
    return Path(name)


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
    except ImportError as error:
        raise DependencyError("notebook-missing", detail=str(error)) from error
    from html import escape

    with _quiet():
        exporter: Any = HTMLExporter(  # type: ignore[no-untyped-call]
            template_name="basic",
            exclude_input=not code,
            exclude_input_prompt=True,
            exclude_output_prompt=True,
            exclude_anchor_links=True,
        )
        body, _resources = exporter.from_filename(str(notebook))
    tag = "zh-Hans" if language == "zh" else "en"
    page = _PAGE.format(
        lang=tag, title=escape(title or notebook.stem), body=body, fonts=font_css(_words(body))
    )
    write_whole(out, page)
    return out


def _words(body: str) -> str:
    """The text of a page without its embedded data."""
    return re.sub(r"base64,[A-Za-z0-9+/=]+", "", body)
