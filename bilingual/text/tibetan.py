"""Tibetan words with botok, offline, without its download and its pickle.

botok builds its trie of all 31,753 words and their affixed forms in five seconds
and loads it pickled in two and a half. A text needs few of them: here the words
that can occur in it are put into the trie when it is first seen, so a process
starts at once, and no cache can be stale, torn or read-only.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from bilingual.errors import BilingualError, InputError
from bilingual.files import plain_descriptor, scratch_folder
from bilingual.model import Token
from bilingual.resources import model_file
from bilingual.text import botok
from bilingual.text.syllables import TSHEG, split_syllables

Tier = Literal["words", "syllables"]

WORDS: Final = "botok-words"
GLOSSARY: Final = "glossary-zh-bo.tsv"

_MAX_BYTES: Final = 64 * 1024 * 1024

# Forms that botok makes of a word's last syllable: an affixed particle, for
# which an open syllable gives up its འ.
_AFFIXES: Final = ("འི", "འིས", "འོ", "འང", "འམ", "ར", "ས")
_KINDS: Final = {
    "PUNCT": "punctuation",
    "NUM": "number",
    "LATIN": "latin",
    "CJK": "han",
    "SYM": "symbol",
    "NON_SPACE": "symbol",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Which tier tokens come from, and why not a better one.

    ``tier`` is ``words`` where a word list is there, else ``syllables``;
    ``reason`` is a code of ``bilingual.locale``'s reasons. ``words`` counts forms.
    """

    tier: Tier
    words: int
    reason: str | None = None


def tokenize(text: str, *, words: tuple[str, ...] = ()) -> tuple[Token, ...]:
    """The tokens of a text in order; together they are the text.

    Tibetan words are of the kind ``word`` with botok's part of speech and lemma;
    where no word list is there each syllable is one token. Runs of Han, Latin
    and digits stay in one piece. Safe under threads.

    :param words: paths of further word lists, a form a line.
    :raises InputError: a named word list cannot be read.
    """
    return _tokenizer(words).tokenize(text)


def status(*, words: tuple[str, ...] = ()) -> Status:
    """Which tier ``tokenize`` works on.

    :raises InputError: a named word list cannot be read.
    """
    return _tokenizer(words).status


@cache
def _tokenizer(words: tuple[str, ...]) -> _Tokenizer:
    return _Tokenizer(words)


class _Tokenizer:
    def __init__(self, words: tuple[str, ...]) -> None:
        self._lock = threading.Lock()
        self._known = _Vocabulary()
        reason: str | None = None
        try:
            from bilingual.weights import read

            self._known.add_text(read(WORDS).decode("utf-8-sig"))
        except BilingualError as error:
            reason = "word-list-absent" if error.code == "model-absent" else error.code
        for extra in words:
            self._known.add(Path(extra))
        tier: Tier = "words" if len(self._known) else "syllables"
        self._known.add_glossary()
        self.status = Status(tier=tier, words=len(self._known), reason=reason)
        self._botok: Any = None

    def tokenize(self, text: str) -> tuple[Token, ...]:
        if self.status.tier == "syllables":
            return split_syllables(text)
        with self._lock:  # botok keeps state between calls
            if self._botok is None:
                self._botok = _start()
            trie = self._botok.tok.trie
            for form in self._known.needed_by(text):
                trie.inflect_n_modify_trie(form)
                trie.inflect_n_add_data(f"{form}\t\t\t\t")
            trie.tmp_inflected.clear()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # on characters that it decomposes
                found = self._botok.tokenize(text, split_affixes=False, spaces_as_punct=True)
        return tuple(_tokens(text, found))


def _tokens(text: str, found: Iterable[Any]) -> Iterator[Token]:
    """Botok's tokens on our text: it drops a tsheg behind digits and Latin, and
    its offsets count from each chunk.
    """
    at = 0
    for token in found:
        start = text.find(token.text, at)
        if start < 0:
            break
        if start > at:
            yield from _shifted(split_syllables(text[at:start]), at)
        end = start + len(token.text)
        yield Token(
            text=text[start:end],
            start=start,
            end=end,
            kind=_kind(token),
            pos=token.pos if token.pos not in ("", "NO_POS", "NON_WORD") else None,
            lemma=(token.lemma or "").rstrip(TSHEG) or None,
        )
        at = end
    if at < len(text):
        yield from _shifted(split_syllables(text[at:]), at)


def _kind(token: Any) -> str:
    if token.text.isspace():
        return "space"
    if token.chunk_type == "TEXT":
        if token.pos == "PART":
            return "particle"
        # What is in no list is left as it is: syllables, not a word.
        return "syllable" if token.pos == "NON_WORD" else "word"
    if all(c.isdigit() for c in token.text.strip()):
        return "number"
    return _KINDS.get(token.chunk_type, "other")


def _shifted(tokens: Iterable[Token], by: int) -> Iterator[Token]:
    return (replace(t, start=t.start + by, end=t.end + by) for t in tokens)


def _start() -> Any:
    """Botok's word tokenizer on a pack that holds its particles alone."""
    particles = Path(str(botok.module("").__file__)).parent / "resources" / "particles.tsv"
    with scratch_folder("botok") as folder:
        pack = folder / "pack"
        for part in ("words", "words_non_inflected", "words_skrt", "rules"):
            (pack / "dictionary" / part).mkdir(parents=True)
            (pack / "adjustments" / part).mkdir(parents=True)
        target = pack / "dictionary" / "words_non_inflected" / "particles.tsv"
        target.write_bytes(particles.read_bytes())
        config = botok.module("config").Config.from_path(pack)
        return botok.module("tokenizers.wordtokenizer").WordTokenizer(
            config=config, build_trie=True
        )


class _Vocabulary:
    """Words by their first syllable; each is handed out once."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        self._given: set[tuple[str, ...]] = set()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, path: Path) -> None:
        """Take in a list: a form a line, anything behind a space or tab left out.

        :raises InputError: ``word-list-unreadable``.
        """
        try:
            with os.fdopen(plain_descriptor(path, follow=True), "rb") as file:
                data = file.read(_MAX_BYTES + 1)
            if len(data) > _MAX_BYTES:
                raise InputError(  # noqa: TRY301 - said like the rest
                    "word-list-unreadable", path=str(path), detail=f"over {_MAX_BYTES} bytes"
                )
            text = data.decode("utf-8-sig")
        except InputError as error:
            detail = error.params.get("detail", "not a regular file")
            raise InputError("word-list-unreadable", path=str(path), detail=detail) from error
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("word-list-unreadable", path=str(path), detail=str(error)) from error
        self.add_text(text)

    def add_text(self, text: str) -> None:
        """Take in a list that was read."""
        for line in text.splitlines():
            self._add(line.split("\t")[0].split(" ")[0])

    def add_glossary(self) -> None:
        """Take in the Tibetan terms of the project's glossary and their variants.

        :raises ModelError: the installation is damaged.
        """
        for line in model_file(GLOSSARY).read_text(encoding="utf-8").splitlines()[1:]:
            _zh, term, variants = line.split("\t")[:3]
            for form in (term, *variants.split(";")):
                self._add(form)

    def _add(self, form: str) -> None:
        syllables = tuple(form.strip(TSHEG).split(TSHEG))
        if all(syllables):
            self._by_first.setdefault(syllables[0], []).append(syllables)
            self._size += 1

    def needed_by(self, text: str) -> Iterator[str]:
        """Words that occur in the text and were not given before."""
        syllables = [t.text for t in split_syllables(text) if t.kind == "syllable"]
        for at, syllable in enumerate(syllables):
            for first in _hosts(syllable):
                for word in self._by_first.get(first, ()):
                    if word not in self._given and _occurs(word, syllables, at):
                        self._given.add(word)
                        yield TSHEG.join(word)


def _occurs(word: tuple[str, ...], syllables: list[str], at: int) -> bool:
    there = syllables[at : at + len(word)]
    return (
        len(there) == len(word)
        and all(a == b for a, b in zip(there[:-1], word[:-1], strict=True))
        and word[-1] in _hosts(there[-1])
    )


@cache
def _hosts(syllable: str) -> tuple[str, ...]:
    """The syllable itself, and what it would be without an affixed particle."""
    hosts = [syllable]
    for affix in _AFFIXES:
        if syllable.endswith(affix) and len(syllable) > len(affix):
            host = syllable[: -len(affix)]
            hosts += [host, host + "འ"]
    return tuple(dict.fromkeys(hosts))
