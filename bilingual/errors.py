"""The errors callers may meet; every one is a ``BilingualError``.

A stop is no error: :class:`CancelledError` is what a caller gets who asked for it.

An error carries a stable ``code`` and JSON-ready ``params``; the sentence a
person reads is made from them per language in ``bilingual.locale``. ``str()``
gives an English sentence for logs. All of them survive pickling, so they cross
process pools unharmed.
"""

from __future__ import annotations

from concurrent import futures
from pathlib import PurePath
from typing import Any

from bilingual.hooks import provided
from bilingual.installing import install_command


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

    def message(self, language: str = "zh", *, cli: bool = True) -> str:
        """A sentence for people: what is wrong, where, and what to do about it.

        :param language: ``zh`` or ``en``; any other gives Chinese.
        :param cli: whether the reader has a command line; else its options are not named.
        """
        sentence: str = provided("error.message")(self.code, self.params, language, cli=cli)
        return sentence


class BilingualError(_CodedError):
    """Base class of all errors that this library raises on purpose.

    ``code`` says what failed (in kebab-case, stable between versions), ``params`` holds the
    details as JSON values: usually ``path``, where the problem is. :meth:`message` makes a
    sentence of them in the user's language.
    """


class ArgumentError(BilingualError):
    """A call was given an argument of another type, or out of its range: ``argument-invalid``."""


class InputError(BilingualError):
    """A file cannot be used: it is missing, unreadable, damaged or not what it should be."""


class FormatError(InputError):
    """A file is not a subtitle file, or not in a format that can be read."""


class MediaError(InputError):
    """A media file cannot be read with ffmpeg, or exceeds a limit."""


class ConfigError(BilingualError):
    """A setting, profile or option is wrong."""


class ModelError(BilingualError):
    """A model is missing, damaged, or its hash is not the recorded one."""


class DependencyError(BilingualError):
    """An optional package or program that this call needs is not installed."""

    @classmethod
    def of_extra(cls, code: str, extra: str, /, **params: Any) -> DependencyError:
        """A part of one of this library's extras is missing; ``command`` installs it.

        :param code: as in other errors.
        :param extra: its name in ``pip install "bilingual-subtitles[NAME]"``.
        """
        return cls(code, **params, command=install_command(extra))


class PluginError(BilingualError):
    """An installed plug-in cannot be loaded, two have the same id, or one fails while it runs
    (``plugin-failed``, with its distribution, the error, the file and the line).
    """


class OverBudgetError(BilingualError):
    """A work used up what ``config.limits`` allow: ``over-time``, ``over-memory``, ``over-disk``.

    :func:`bilingual.verify` does not raise it: the checks concerned are ``unknown`` in the
    report, with this as their reason.
    """


class DeadlineError(BilingualError):
    """``timeout``: the time that the caller allowed (``timeout_s``) has passed."""


class CancelledError(_CodedError, futures.CancelledError):
    """The caller stopped the call, by ``cancel`` or by raising this in ``progress``.

    It is not a ``BilingualError``, so that ``except BilingualError`` does not mistake a stop
    for a bad input. It is a subclass of ``concurrent.futures.CancelledError``.
    """

    def __init__(self, code: str = "cancelled", /, **params: Any) -> None:
        super().__init__(code, **params)


class InternalError(BilingualError):
    """A bug in this library, which should be reported."""

    @classmethod
    def of(cls, error: BaseException) -> InternalError:
        """``internal-error``: an exception that nothing expected, and where it was raised."""
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        place = "?"
        if last is not None:  # of the file no more than its name: its folders are private
            place = f"{PurePath(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
        detail = str(error)[:300]
        return cls("internal-error", kind=type(error).__name__, place=place, detail=detail)


def _rebuild(
    kind: type[BilingualError] | type[CancelledError], code: str, params: dict[str, Any]
) -> BilingualError | CancelledError:
    return kind(code, **params)
