"""The commands that install one of the library's extras, or another package."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Final

DISTRIBUTION: Final = "bilingual-subtitles"
TORCH: Final = "torch==2.13.0"
PROCESSOR_BUILDS: Final = "https://download.pytorch.org/whl/cpu"
"""PyTorch's index of builds for the processor alone."""

_WITH_TORCH: Final = frozenset({"asr", "tibetan-asr", "transformers"})


def install_command(extra: str, pip: str = "pip") -> str:
    """The command for a shell that installs an extra.

    For Linux, pip's own index has builds of torch for NVIDIA's cards alone, which are several
    gigabytes: where torch is needed and not there yet, a build for the processor comes first.

    :param pip: how pip is run here.
    """
    own = package_command(f"{DISTRIBUTION}[{extra}]", pip)
    if extra in _WITH_TORCH and sys.platform == "linux" and find_spec("torch") is None:
        return f"{pip} install {TORCH} --index-url {PROCESSOR_BUILDS} && {own}"
    return own


def package_command(package: str, pip: str = "pip") -> str:
    """The command for a shell that installs a package.

    :param pip: how pip is run here.
    """
    return f'{pip} install "{package}"'


def torch_comes_first(command: object) -> bool:
    """Whether a command begins with torch for the processor alone."""
    return PROCESSOR_BUILDS in str(command)
