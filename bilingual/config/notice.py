"""One year's notice as data: what ``bilingual/config/profiles/*.toml`` hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

Category = Literal["bilingual", "chinese"]

Ratio = Annotated[float, msgspec.Meta(ge=0, le=1)]
NonNegative = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(gt=0)]
PositiveFloat = Annotated[float, msgspec.Meta(gt=0)]


class Titled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A title in the languages people read."""

    zh: str
    en: str

    def get(self, language: str) -> str:
        """The title in that language, in Chinese where there is none in it."""
        return self.en if language == "en" else self.zh


class LanguagePair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A permitted combination of what is spoken and what is written."""

    narration: Literal["zh", "bo"]
    subtitles: Literal["zh", "bo"]


class MediaRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a notice asks of the file. Bounds are inclusive."""

    containers: tuple[str, ...]
    min_duration_ms: NonNegative
    max_duration_ms: NonNegative
    min_bytes: NonNegative
    max_bytes: NonNegative
    min_display_height: NonNegative
    aspect_ratio: tuple[int, int]
    aspect_tolerance: Ratio


class FormRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a notice asks of the form's fields.

    ``self_quota``: how many works a party may nominate itself; ``None`` for any number.
    """

    first_broadcast: tuple[date, date]
    max_authors: Positive
    max_summary_characters: Positive
    self_quota: Positive | None = None


class CategoryRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a notice asks in one category. ``clauses`` maps a rule to its clause.

    ``unit_quota``: how many works a unit may recommend; ``None`` for any number.
    """

    title: Titled
    simplified_required: bool
    pairs: tuple[LanguagePair, ...]
    clauses: dict[str, str]
    unit_quota: Positive | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One year's notice as data."""

    name: str
    notice: str
    title: Titled
    media: MediaRules
    form: FormRules
    categories: dict[Category, CategoryRules]

    def refuse_faulty(self, stem: str) -> None:
        """See that the profile says what nobody could have meant otherwise.

        :param stem: the name of its file without the ending, by which it is asked for.
        :raises ValueError: it has another name, or the end of a range comes before its beginning.
        """
        if self.name != stem:
            raise ValueError(f"name = {self.name!r} is not the name of the file ({stem!r})")
        media = self.media
        first, last = self.form.first_broadcast
        for what, least, most in (
            ("form.first_broadcast", first, last),
            (
                "media.min_duration_ms to max_duration_ms",
                media.min_duration_ms,
                media.max_duration_ms,
            ),
            ("media.min_bytes to max_bytes", media.min_bytes, media.max_bytes),
        ):
            if least > most:  # type: ignore[operator]  # both are dates, or both numbers
                raise ValueError(f"{what}: {least} comes after {most}")
