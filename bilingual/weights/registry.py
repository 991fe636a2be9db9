"""``models/registry.toml``, typed and checked."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from bilingual import resources
from bilingual.config import Titled
from bilingual.errors import ModelError

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Size = Annotated[int, msgspec.Meta(gt=0)]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member of a wheel; ``bytes`` and ``sha256`` where it is not the whole file."""

    wheel: str
    member: str
    bytes: Size | None = None
    sha256: Sha256 | None = None


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a model, and exactly one source of it.

    ``form`` is the layout an engine wants (``ctranslate2``, ``openai``,
    ``onnx``, ``text``). ``bytes`` is ``None`` where the publisher gives none;
    ``about_bytes`` is then what a person may expect. ``bundled`` is a path below
    the models folder, ``parts`` are joined in order.
    """

    form: Name
    name: Name
    sha256: Sha256
    bytes: Size | None = None
    about_bytes: Size | None = None
    bundled: str | None = None
    parts: tuple[Part, ...] = ()
    url: Annotated[str, msgspec.Meta(pattern="^https://")] | None = None


class Wheel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wheel of a package index, by exact version and hash."""

    version: Name
    filename: Name
    bytes: Size
    sha256: Sha256


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model or data file set. ``name`` is its key in the registry."""

    kind: Literal["encoder", "font", "translator", "vad", "whisper", "words"]
    title: Titled
    licence: str
    homepage: str
    files: tuple[File, ...]
    name: str = ""
    card: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """The layouts it comes in, the one to prefer first."""
        return tuple(dict.fromkeys(file.form for file in self.files))

    def files_of(self, form: str) -> tuple[File, ...]:
        """The files of one layout.

        :raises ModelError: it does not come in that layout.
        """
        chosen = tuple(file for file in self.files if file.form == form)
        if not chosen:
            raise ModelError(
                "model-form-unknown", name=self.name, form=form, known=list(self.forms)
            )
        return chosen

    def size_of(self, form: str) -> int:
        """Bytes of one layout on disk, roughly where the publisher gives none."""
        return sum(file.bytes or file.about_bytes or 0 for file in self.files_of(form))

    @property
    def bytes(self) -> int:
        """Bytes of the layout that is fetched unless another is named."""
        return self.size_of(self.forms[0])


class Registry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    format: Literal[1]
    models: dict[Name, Model]
    wheels: dict[Name, Wheel] = {}


def models_folder() -> Path:
    """The folder with the registry, the cards and what is bundled.

    ``bilingual/_models`` in an installed wheel, the tree's ``models`` otherwise.

    :raises ModelError: neither is there: the installation is damaged.
    """
    folder = resources.models_folder()
    if not (folder / "registry.toml").is_file():
        raise ModelError("registry-missing", path=str(folder))
    return folder


@cache
def registry() -> Registry:
    """The registry, read once.

    :raises ModelError: it is missing or contradicts itself.
    """
    path = models_folder() / "registry.toml"
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as error:
        raise ModelError("registry-invalid", path=str(path), detail=str(error)) from error


def parse(text: str) -> Registry:
    """A registry from TOML.

    :raises ValueError: it is no TOML, an entry is wrong (``msgspec``'s error is
        one), a wheel is named that is not there, two models claim one name, or
        a file has no source or several.
    """
    found = msgspec.convert(tomllib.loads(text), Registry)
    names: set[str] = set()
    for name, model in found.models.items():
        for claimed in (name, *model.aliases):
            if claimed in names:
                raise ValueError(f"{claimed}: named twice")
            names.add(claimed)
        for file in model.files:
            _check_source(f"{name}/{file.name}", file, found)
    models = {k: msgspec.structs.replace(m, name=k) for k, m in found.models.items()}
    return msgspec.structs.replace(found, models=models)


def _check_source(where: str, file: File, found: Registry) -> None:
    sources = [file.bundled is not None, bool(file.parts), file.url is not None]
    if sum(sources) != 1:
        raise ValueError(f"{where}: needs exactly one of bundled, parts, url")
    for part in file.parts:
        if part.wheel not in found.wheels:
            raise ValueError(f"{where}: no wheel {part.wheel}")
    if len(file.parts) > 1 and not all(part.sha256 and part.bytes for part in file.parts):
        raise ValueError(f"{where}: each of several parts needs its bytes and sha256")


def entries() -> tuple[Model, ...]:
    """Every model of the registry, in its order."""
    return tuple(registry().models.values())


def entry(name: str) -> Model:
    """The model of that name or alias.

    :raises ModelError: there is none; the error lists the names.
    """
    models = registry().models
    if name in models:
        return models[name]
    for model in models.values():
        if name in model.aliases:
            return model
    raise ModelError("model-unknown", name=name, known=list(models))
