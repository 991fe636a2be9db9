"""The errors callers may meet; every one is a ``BilingualError``.

A stop is no error: :class:`CancelledError` is what a caller gets who asked for it.

An error carries a stable ``code`` and JSON-ready ``params``; the sentence a
person reads is made from them per language in ``bilingual.locale``. ``str()``
gives an English sentence for logs. All of them survive pickling, so they cross
process pools unharmed.
"""

from __future__ import annotations

from concurrent import futures
from typing import Any

from bilingual.hooks import provided


class _CodedError(Exception):
    """An exception with a code and parameters, from which a sentence is made."""

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


class BilingualError(_CodedError):
    """Base of everything this library raises on purpose.

    ``code`` says what failed (kebab-case, stable), ``params`` what a sentence
    about it needs: usually ``path`` (where) and details. ``hint`` names what to
    do about it, as a code too, where that differs from the code's own advice.
    """


class ArgumentError(BilingualError):
    """A call was given an argument of another type, or out of its range: ``argument-invalid``."""


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


class OverBudgetError(BilingualError):
    """A stage has had what ``config.limits`` allow the work; its checks are unknown.

    ``over-time``, ``over-memory`` or ``over-disk``. A report is made all the same.
    """


class DeadlineError(BilingualError):
    """The time that the caller gave this call (``timeout_s``) is over: ``timeout``."""


class CancelledError(_CodedError, futures.CancelledError):
    """The caller asked to stop, by ``cancel`` or by raising this in ``progress``.

    Not a ``BilingualError``: nothing is wrong with what was submitted, and ``except
    BilingualError`` must not take a stop for a bad input. It is a
    ``concurrent.futures.CancelledError``, as a cancelled future raises.
    """

    def __init__(self, code: str = "cancelled", /, **params: Any) -> None:
        super().__init__(code, **params)


class InternalError(BilingualError):
    """A mistake of this library's own, which should be reported; the command line ends so."""

    @classmethod
    def of(cls, error: BaseException) -> InternalError:
        """``internal-error``: an exception that nothing expected, and where it was raised."""
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        code = None if last is None else last.tb_frame.f_code
        place = "?" if last is None or code is None else f"{code.co_name}:{last.tb_lineno}"
        detail = str(error)[:300]
        return cls("internal-error", kind=type(error).__name__, place=place, detail=detail)


def _rebuild(
    kind: type[BilingualError] | type[CancelledError], code: str, params: dict[str, Any]
) -> BilingualError | CancelledError:
    return kind(code, **params)
