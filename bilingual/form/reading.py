"""A form from a TOML or JSON file, or from the cells of a table's row."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from bilingual.arguments import PATH, checked
from bilingual.errors import InputError
from bilingual.files import StrPath, checked_path, display_name, read_at_most, toml_of
from bilingual.form.fields import FIELDS, PERSONAL, field_of
from bilingual.form.personal import without_personal
from bilingual.form.pledge import pledge_kind
from bilingual.model.codec import RepeatedKeyError, keys_once
from bilingual.model.form import Form, SubmittedForm

_MAX_BYTES: Final = 1024 * 1024
_MAX_TEXT: Final = 20_000
_MAX_KEYS: Final = 200
"""Keys of a form, and values of its personal fields: each is looked for in every text."""
_SHOWN: Final = 60
_NAMED: Final = 5  # unknown keys, where there are no others


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Where the pledge's path starts from, and the folder that it may not leave."""

    base: Path
    within: Path | None = None


@checked(path=PATH)
def load_form(path: StrPath) -> Form:
    """A form from a TOML or JSON file, its keys in English or in the form's own words.

    The pledge's path starts from the file's folder and may not leave it: a form could
    otherwise ask what lies anywhere on this machine. Values of personal fields are not
    kept, and keys that no form has are named in ``unknown``.

    :raises InputError: ``file-…``: it cannot be read; ``form-invalid``: it is neither TOML
        nor JSON, or no table; ``form-value``: a field holds something else than text, a
        number or a date; ``form-twice``: a field is filled in twice, also by two names;
        ``form-of-none``: none of its keys is a form's, as those of a report given instead.
    """
    place = checked_path(path)
    shown = display_name(str(place))
    data = read_at_most(place, _MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise InputError("form-invalid", path=shown, detail=f"> {_MAX_BYTES} bytes")
    document = _parsed(data, shown)
    if len(document) > _MAX_KEYS:
        raise InputError("form-invalid", path=shown, detail=f"> {_MAX_KEYS} keys")
    fields: dict[str, str] = {}
    personal: list[str] = []
    unknown: list[str] = []
    for key, value in document.items():
        field = field_of(key)
        if field in PERSONAL:
            personal += _texts(value)
        elif field is None:
            unknown.append(key)
        elif field in fields:
            raise InputError("form-twice", path=shown, field=FIELDS[field])
        elif value is not None:
            fields[field] = _text(value, field, shown)
    if unknown and len(unknown) == len(document):
        names = [without_personal(name)[:_SHOWN] for name in unknown[:_NAMED]]
        raise InputError("form-of-none", path=shown, names=names)
    if len(personal) > _MAX_KEYS:
        raise InputError("form-invalid", path=shown, detail=f"> {_MAX_KEYS} personal values")
    folder = place.absolute().parent
    look = Look(base=folder, within=folder)
    return form_of(fields, personal=personal, unknown=unknown, look=look)


def form_of(
    fields: Mapping[str, str],
    *,
    personal: list[str] | None = None,
    unknown: list[str] | None = None,
    look: Look | None = None,
) -> Form:
    """A form of what was filled in.

    :param fields: texts by the names of :data:`bilingual.form.FIELDS`; others are left out.
    :param personal: values of personal fields, which are taken out of the other texts.
    :param unknown: names of fields that no form has.
    :param look: see whether the pledge is there.
    """
    gone = personal or []
    kept: dict[str, Any] = {
        field: text if field == "pledge" else without_personal(text, gone)
        for field, text in fields.items()
        if field in FIELDS
    }
    form = Form(
        **kept, unknown=tuple(without_personal(name, gone)[:_SHOWN] for name in unknown or ())
    )
    if look is None:
        return form
    seen = looked_at(form, look)
    # What lies there is known now, and nothing asks for the path any more.
    return replace(seen, pledge=seen.pledge and without_personal(seen.pledge, gone))


def masked(form: Form) -> Form:
    """The form without what looks personal in its texts, the pledge's path aside."""
    texts = {name: getattr(form, name) for name in FIELDS if name != "pledge"}
    clean: dict[str, Any] = {
        name: without_personal(text) for name, text in texts.items() if isinstance(text, str)
    }
    return replace(form, **clean)


def looked_at(form: Form, look: Look) -> Form:
    """The form with what lies where its pledge is said to lie."""
    named = (form.pledge or "").strip()
    if not named or form.pledge_kind is not None:
        return form
    return replace(form, pledge_kind=pledge_kind(look.base / named, look.within))


def submitted_form(form: Form | None) -> SubmittedForm | None:
    """What a report shows of a form."""
    if form is None:
        return None
    shown = {
        name: None if (text := getattr(form, name)) is None else without_personal(text)[:_MAX_TEXT]
        for name in ("title", "subject", "first_broadcast", "unit")
    }
    return SubmittedForm(**shown)


def _parsed(data: bytes, shown: str) -> Mapping[str, Any]:
    try:
        text = data.decode("utf-8-sig")
        if text.lstrip().startswith("{"):
            # What begins with a brace is an object, or no JSON.
            document: dict[str, Any] = json.loads(text, object_pairs_hook=keys_once)
        else:
            document = toml_of(text)
    except json.JSONDecodeError as error:  # its text quotes nothing of the file
        raise InputError("form-invalid", path=shown, detail=f"line {error.lineno}") from None
    except tomllib.TOMLDecodeError as error:
        detail = str(error).rpartition("(")[2].rstrip(")")
        detail = detail if detail.startswith("at ") else "TOML"
        raise InputError("form-invalid", path=shown, detail=detail) from None
    except RepeatedKeyError as error:
        name = FIELDS.get(field_of(error.key) or "")
        if name is None:  # what it is may be personal
            raise InputError("form-invalid", path=shown, detail="a key comes twice") from None
        raise InputError("form-twice", path=shown, field=name) from None
    except (UnicodeError, RecursionError, ValueError):
        raise InputError("form-invalid", path=shown, detail="UTF-8, TOML, JSON") from None
    inner = document.get("form")
    return inner if isinstance(inner, dict) and len(document) == 1 else document


def _text(value: Any, field: str, shown: str) -> str:
    """A field's value as text.

    :raises InputError: ``form-value``: it is a table, or true, or too long.
    """
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = "、".join(value)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > _MAX_TEXT or "\0" in value:
        raise InputError("form-value", path=shown, field=FIELDS[field])
    return value


def _texts(value: Any) -> list[str]:
    """Every text in a value, however deep, to be taken out elsewhere."""
    texts: list[str] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str | int):
            texts.append(str(one))
    return texts
