r"""Learn the lexicon from parallel text and term lists.

    python -m models.train.lexicon OUT.npz --pairs PAIRS.tsv ... --terms TERMS.tsv ... \
        --glossary GLOSSARY.tsv --sentences MORE.tsv SUBTITLES.srt ...

Files are tab-separated with a header that names the columns ``bo`` and ``zh``. The
Tibetan of MORE and of SUBTITLES only teaches how sentences end.
IBM model 1 (Brown et al. 1993) in both directions over runs of one to three
syllables and ideographs, with a null word and Dirichlet smoothing; a run is a
unit where it comes twice or is a whole term.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual import load_track
from bilingual.text.units import TSHEG, bo_pieces, bo_runs, zh_runs
from bilingual.translation.glossary import Glossary, read
from bilingual.translation.lexicon import Floats, Lexicon, Numbers, Table, Units, save

Pair = tuple[str, str]
"""A Tibetan text and its Chinese."""

ROUNDS: Final = 5
_NULL_SHARE: Final = 0.3
_LEAST: Final = 0.004
_KEPT: Final = 24


def train(
    pairs: Sequence[Pair],
    terms: Sequence[Pair] = (),
    *,
    sentences: Sequence[str] = (),
    rounds: int = ROUNDS,
) -> Lexicon:
    """Learn a lexicon from sentence pairs and from pairs of terms.

    :param sentences: more Tibetan, of which only the endings are learnt.
    :raises ValueError: there is nothing to learn from.
    """
    texts = [*pairs, *terms]
    if not texts:
        raise ValueError("no pairs to learn from")
    bo_units = [[u for u, _, _ in bo_runs(b)] for b, _ in texts]
    zh_units = [[u for u, _, _ in zh_runs(z)] for _, z in texts]
    bo = _vocabulary(bo_units, len(pairs))
    zh = _vocabulary(zh_units, len(pairs))
    bo_sets = [np.unique([bo.index[u] for u in own if u in bo.index]) for own in bo_units]
    zh_sets = [np.unique([zh.index[u] for u in own if u in zh.index]) for own in zh_units]
    to_zh = _model_one(bo_sets, zh_sets, bo, zh, rounds)
    to_bo = _model_one(zh_sets, bo_sets, zh, bo, rounds)
    return Lexicon(bo, zh, to_zh, to_bo, endings_of([*(b for b, _ in pairs), *sentences]))


# Uses for which a syllable, or two, are taken to end a sentence as often as any other
# syllable does, or as the last of the two.
_USUAL: Final = 2.0
# Uses from which on two syllables are kept beside their last.
_OFTEN: Final = 3


def endings_of(sentences: Sequence[str]) -> dict[str, float]:
    """Log odds of ending a sentence over those of any syllable, by the last one or two."""
    last: Counter[str] = Counter()
    inner: Counter[str] = Counter()
    for text in sentences:
        syllables = [p.text for p in bo_pieces(text)]
        pairs = [TSHEG.join(two) for two in pairwise(syllables)]
        last.update([*syllables[-1:], *pairs[-1:]])
        inner.update([*syllables[:-1], *pairs[:-1]])
    single = [s for s in last | inner if TSHEG not in s]
    usual = sum(last[s] for s in single) / max(1, sum(inner[s] for s in single))
    odds = {
        s: (last[s] / max(usual, 1e-9) + _USUAL) / (inner[s] + _USUAL)
        for s in single
        if last[s] + inner[s] >= 2
    }
    for pair in last | inner:
        if TSHEG in pair and last[pair] + inner[pair] >= _OFTEN:
            before = _USUAL * odds[pair.partition(TSHEG)[2]]
            odds[pair] = (last[pair] / max(usual, 1e-9) + before) / (inner[pair] + _USUAL)
    return {s: round(math.log(odds[s]), 2) for s in sorted(odds)}


def _vocabulary(texts: Sequence[Sequence[str]], sentences: int) -> Units:
    """Units that come in two texts, and whole terms; how common each is."""
    seen: Counter[str] = Counter()
    for own in texts:
        seen.update(set(own))
    whole = {max(own, key=len) for own in texts[sentences:] if own}
    names = sorted(u for u, n in seen.items() if n >= 2 or u in whole)
    counts = np.array([seen[u] for u in names], dtype=np.float64)
    units = np.sum([len(set(own)) for own in texts])
    return Units(names, (counts / max(1, units)).astype(np.float32))


def _model_one(
    sources: Sequence[Numbers],
    targets: Sequence[Numbers],
    source: Units,
    target: Units,
    rounds: int,
) -> Table:
    """Expectation maximization over all links of a text's units."""
    sizes = [len(s) * len(t) for s, t in zip(sources, targets, strict=True)]
    keys = np.empty(sum(sizes), dtype=np.int64)
    text_of = np.empty(sum(sizes), dtype=np.int64)
    at = 0
    width = len(target.names)
    slots = 0
    for s, t in zip(sources, targets, strict=True):
        size = len(s) * len(t)
        if size:
            keys[at : at + size] = np.add.outer(s.astype(np.int64) * width, t).ravel()
            text_of[at : at + size] = np.tile(np.arange(slots, slots + len(t)), len(s))
        slots += len(t)
        at += size
    links, link = np.unique(keys, return_inverse=True)
    of_source, of_target = links // width, links % width
    word = np.concatenate([t for t in targets if len(t)]).astype(np.int64)
    length = np.concatenate(
        [np.full(len(t), max(1, len(s))) for s, t in zip(sources, targets, strict=True)]
    )
    null = _NULL_SHARE * target.common[word].astype(np.float64)
    share = (1 - _NULL_SHARE) / length
    value = np.ones(len(links)) / np.bincount(of_source)[of_source]
    prior = target.common.astype(np.float64)
    for _ in range(rounds):
        part = value[link] * share[text_of]
        whole = np.bincount(text_of, part, minlength=slots) + null
        count = np.bincount(link, part / whole[text_of], minlength=len(links))
        total = np.bincount(of_source, count, minlength=len(source.names))
        value = (count + 0.5 * prior[of_target]) / (total[of_source] + 0.5)
        # A source word that explains nothing much is not to look sure of it.
        value *= (total / (total + _DOUBT))[of_source]
    return _pruned(of_source, of_target, value, len(source.names), len(target.names))


_DOUBT: Final = 1.0


def _pruned(
    source: Numbers, target: Numbers, value: NDArray[np.float64], sources: int, targets: int
) -> Table:
    """Keep the likeliest targets of each source."""
    order = np.lexsort((-value, source))
    source, target, value = source[order], target[order], value[order]
    starts = np.searchsorted(source, np.arange(sources))
    rank = np.arange(len(source)) - starts[source]
    kept = (value >= _LEAST) & (rank < _KEPT)
    source, target, value = source[kept], target[kept], value[kept]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=sources))])
    floats: Floats = value.astype(np.float32)
    return Table(offsets.astype(np.int64), target, floats, targets)


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a tab-separated file.

    Its first line names the columns, among them ``bo`` and ``zh``; without such
    a line the first two columns are Tibetan and Chinese.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    bo, zh = 0, 1
    if rows and {"bo", "zh"} <= set(rows[0]):
        bo, zh = rows[0].index("bo"), rows[0].index("zh")
        rows = rows[1:]
    return [(row[bo], row[zh]) for row in rows if len(row) > max(bo, zh)]


# Of text in rows, so many sentences of so many syllables and more teach the endings: of
# every other run of rows, since the rest may be what the weights are fitted on.
_SENTENCES: Final = 2500
_SYLLABLES: Final = 8
RUN: Final = 60


def read_sentences(paths: Sequence[Path]) -> list[str]:
    """Tibetan sentences: the cues of subtitle files, a sample of tab-separated ones."""
    out: list[str] = []
    for path in paths:
        if path.suffix == ".tsv":
            texts = [bo for k, (bo, _) in enumerate(read_pairs(path)) if k // RUN % 2]
            long = [text for text in texts if len(bo_pieces(text)) >= _SYLLABLES]
            out += random.Random(1).sample(long, min(_SENTENCES, len(long)))
        else:
            cues = load_track(path, language="bo").cues
            out += [cue.plain for cue in cues if bo_pieces(cue.plain)]
    return out


def simplified(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs with their Chinese in Simplified characters."""
    import opencc

    convert = opencc.OpenCC("t2s").convert
    return [(bo, convert(zh)) for bo, zh in pairs]


def entries(glossary: Glossary) -> list[Pair]:
    """Every form of a glossary's terms with its Chinese."""
    return [(form, term.zh) for term in glossary.terms for form in term.bo]


def main() -> None:
    """Train from the files the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--terms", type=Path, nargs="*", default=[])
    parser.add_argument("--glossary", type=Path)
    parser.add_argument("--sentences", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    pairs = [p for path in arguments.pairs for p in read_pairs(path)]
    terms = [p for path in arguments.terms for p in read_pairs(path)]
    terms = simplified(terms)
    if arguments.glossary is not None:
        terms += entries(read(arguments.glossary))
    sentences = read_sentences(arguments.sentences)
    save(train(simplified(pairs), terms, sentences=sentences), arguments.out)


if __name__ == "__main__":
    main()
