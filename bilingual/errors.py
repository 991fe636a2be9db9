"""The errors callers may meet; every one is a ``BilingualError``.

An error carries a stable ``code`` and JSON-ready ``params``; the sentence a
person reads is made from them per language in ``bilingual.locale``. ``str()``
gives an English sentence for logs. All of them survive pickling, so they cross
process pools unharmed.
"""

from __future__ import annotations

from typing import Any

from bilingual.hooks import provided


class BilingualError(Exception):
    """Base of everything this library raises on purpose.

    ``code`` says what failed (kebab-case, stable), ``params`` what a sentence
    about it needs: usually ``path`` (where) and details. ``hint`` names what to
    do about it, as a code too, where that differs from the code's own advice.
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Any] = params

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, self.params)

    def __str__(self) -> str:
        return self.message("en")

    def message(self, language: str = "zh") -> str:
        """The sentence a person reads: what is wrong, where, and what to do about it.

        :param language: ``zh``, ``en`` or ``bo``; Chinese where there are no words in it.
        """
        sentence: str = provided("error.message")(self.code, self.params, language)
        return sentence


class InputError(BilingualError):
    """A submitted file cannot be used: missing, unreadable, hostile."""


class FormatError(InputError):
    """A subtitle file is none that we can read."""


class MediaError(InputError):
    """ffmpeg could not make sense of a media file, or was stopped by a limit."""


class ConfigError(BilingualError):
    """A setting, profile or option is wrong."""


class ModelError(BilingualError):
    """A model is missing, damaged or not what its name promises."""


class DependencyError(BilingualError):
    """An optional package or program that this call needs is not installed."""


class PluginError(BilingualError):
    """An installed plug-in cannot be loaded, or two have the same id."""


class CancelledError(BilingualError):
    """The caller asked to stop: a ``progress`` callback raises it, and gets it back."""

    def __init__(self, code: str = "cancelled", /, **params: Any) -> None:
        super().__init__(code, **params)


def _rebuild(kind: type[BilingualError], code: str, params: dict[str, Any]) -> BilingualError:
    return kind(code, **params)
