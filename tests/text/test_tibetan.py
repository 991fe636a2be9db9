"""Words with botok, on a small list of our own and on the fetched one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bilingual.errors import InputError
from bilingual.model import Token
from bilingual.text import tibetan

MIXED = "ཚན་རིག་པས་ཉི་མར་ NASA 2024 太阳 ལོ་༡༠༩་ལྡབ།\nཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ།"


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """A word list of three forms, and none fetched."""
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "empty"))
    path = tmp_path / "words.txt"
    path.write_text("ཉི་མ\nཚན་རིག 12\nས་གོ་ལ\tnoun\n", encoding="utf-8")
    return (str(path),)


def kinds(tokens: tuple[Token, ...]) -> list[tuple[str, str]]:
    return [(t.text, t.kind) for t in tokens if t.kind not in ("punctuation", "space")]


def test_words_are_found_with_their_affixes(words: tuple[str, ...]) -> None:
    found = kinds(tibetan.tokenize("ཉི་མའི་ས་གོ་ལར་ཚན་རིག", words=words))
    assert found == [("ཉི་མའི་", "word"), ("ས་གོ་ལར་", "word"), ("ཚན་རིག", "word")]


def test_tokens_are_the_text(words: tuple[str, ...]) -> None:
    for text in (MIXED, "", " ", "༡༠༩་", "AOL་ཀྱིས་", "གྷ་ཀྵ"):
        tokens = tibetan.tokenize(text, words=words)
        assert "".join(t.text for t in tokens) == text
        assert all(text[t.start : t.end] == t.text for t in tokens)


def test_other_scripts_stay_in_one_piece(words: tuple[str, ...]) -> None:
    found = dict(kinds(tibetan.tokenize(MIXED, words=words)))
    assert found["NASA"] == "latin"
    assert found["2024"] == "number"
    assert found["太阳"] == "han"
    assert found["༡༠༩"] == "number"


def test_without_a_list_syllables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "empty"))
    tibetan._tokenizer.cache_clear()
    try:
        status = tibetan.status()
        assert (status.tier, status.reason) == ("syllables", "word-list-absent")
        assert kinds(tibetan.tokenize("ཉི་མའི་")) == [("ཉི", "syllable"), ("མའི", "syllable")]
    finally:
        tibetan._tokenizer.cache_clear()


def test_threads_do_not_disturb_each_other(words: tuple[str, ...]) -> None:
    texts = [f"ཉི་མའི་{n}་ས་གོ་ལར།" for n in range(40)]
    alone = [tibetan.tokenize(t, words=words) for t in texts]
    tibetan._tokenizer.cache_clear()
    found: dict[int, list[tuple[Token, ...]]] = {}

    def work(number: int) -> None:
        found[number] = [tibetan.tokenize(t, words=words) for t in texts]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[n] == alone for n in range(4))


def test_unreadable_list(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        tibetan.tokenize("ཀ", words=(str(tmp_path / "nowhere.txt"),))
