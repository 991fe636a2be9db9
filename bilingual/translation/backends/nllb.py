"""NLLB-200: the Tibetan translated back into Chinese, and compared with the Chinese cue.

A model in a folder: run by ctranslate2 where it holds ``model.bin`` of that layout
(``config.json`` without ``architectures``), by transformers otherwise; either way the
folder holds the model's ``tokenizer.json``. How like the two Chinese texts are is
chrF, and stands beside what chrF says of the work's other cues. The weights are for
non-commercial use only (CC BY-NC 4.0); see ``models/nllb-200.md``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from bilingual.budget import threads
from bilingual.config import Backends, Nllb
from bilingual.model import Reason
from bilingual.translation.backends.base import (
    Advance,
    Answers,
    Backend,
    Located,
    Outcome,
    Pair,
    Score,
    UnavailableError,
    damage_reported,
    load_transformers,
    locate,
    require,
)
from bilingual.translation.backends.contrast import MIN_PAIRS, Floats, fault_nats
from bilingual.translation.scores import cue_scores, similarity_measures

NAME: Final = "nllb"
LICENCE: Final = "CC-BY-NC-4.0"
_BATCH: Final = 8
_RIVALS: Final = 8
"""Other cues that each back-translation is compared with."""

_END: Final = "</s>"

Translate = Callable[[list[list[str]]], list[list[str]]]
"""Tokens of a batch of texts to those of their translations."""


def _run(pairs: Sequence[Pair], settings: Backends, advance: Advance, answers: Answers) -> Outcome:
    own = settings.nllb
    model = locate(NAME, own.model, own.sha256)
    texts = [p.bo for p in pairs]
    backward = answers.ask(NAME, texts, lambda new: back_translated(NAME, model, own, new, advance))
    return outcome_of(pairs, backward, _nats, model)


def outcome_of(
    pairs: Sequence[Pair],
    backward: list[str],
    judge: Callable[[Floats, Floats], Sequence[tuple[float, Mapping[str, float] | None]]],
    model: Located,
) -> Outcome:
    """Scores and measures of what was translated back.

    :param judge: from the pairs' own chrF and that with other cues of the work (0..1) to
        each pair's nats, and those by kind of fault where they are known.
    """
    chinese = [p.zh for p in pairs]
    chrf = cue_scores(backward, chinese, "zh", "chrf")
    bleu = cue_scores(backward, chinese, "zh", "bleu")
    nats = judge(np.array([s.value for s in chrf]) / 100, strangers(backward, chinese))
    scores = {
        pair.number: Score(
            value=c.value,
            nats=round(own, 3),
            by_kind=by_kind,
            params={
                "measure": "chrF",
                "bleu": b.value,
                "signature": c.signature,
                "bleu_signature": b.signature,
                "text": text,
            },
        )
        for pair, c, b, text, (own, by_kind) in zip(pairs, chrf, bleu, backward, nats, strict=True)
    }
    return Outcome(
        scores=scores,
        models=(model.use,),
        measures=similarity_measures(backward, chinese, "zh"),
    )


def _nats(own: Floats, chance: Floats) -> list[tuple[float, None]]:
    """What each chrF says beside that with other cues; nothing in a work of a few."""
    if len(own) < MIN_PAIRS:
        return [(0.0, None)] * len(own)
    return [(nats, None) for nats in fault_nats(own, chance).tolist()]


def strangers(backward: list[str], chinese: list[str]) -> Floats:
    """Each back-translation's chrF (0..1) with some other cues of the work."""
    count = len(backward)
    ours, theirs = [], []
    rivals = min(_RIVALS, count - 1)
    for k in range(count):
        # Spread over the work, so that the neighbours' topic is no rival's advantage.
        others = {(k + 1 + r * (count - 1) // rivals) % count for r in range(rivals)} - {k}
        ours += [backward[k]] * len(others)
        theirs += [chinese[other] for other in sorted(others)]
    return np.array([s.value for s in cue_scores(ours, theirs, "zh", "chrf")]) / 100


def back_translated(
    backend: str, model: Located, settings: Nllb, texts: list[str], advance: Advance
) -> list[str]:
    """Tibetan texts in Chinese, in order.

    :param backend: for messages.
    :raises UnavailableError: a package is missing, or the model is not usable.
    """
    require("tokenizers", NAME)
    folder = model.path
    with damage_reported(backend, model):
        from tokenizers import Tokenizer

        with model.as_hashed() as opened:
            tokenizer = Tokenizer.from_file(str(opened / "tokenizer.json"))
            tokenizer.no_padding()
            _require_tokens(backend, tokenizer, folder, settings)
            translate = _translator(opened, settings, tokenizer)
        out: list[str] = []
        for first in range(0, len(texts), _BATCH):
            batch = [
                [settings.source, *_tokens(tokenizer, text, settings.max_tokens - 2), _END]
                for text in texts[first : first + _BATCH]
            ]
            for tokens in translate(batch):
                numbers = [tokenizer.token_to_id(t) for t in tokens if t != settings.target]
                plain = tokenizer.decode(
                    [n for n in numbers if n is not None], skip_special_tokens=True
                )
                out.append(plain.strip())
            advance(min(first + _BATCH, len(texts)), len(texts))
    return out


def _require_tokens(backend: str, tokenizer: Any, folder: Path, settings: Nllb) -> None:
    for name in (settings.source, settings.target, _END):
        if tokenizer.token_to_id(name) is None:
            raise UnavailableError(
                "backend-model-damaged",
                backend=backend,
                model=folder.name,
                detail=f"no token {name[:40]}",
            )


def _tokens(tokenizer: Any, text: str, most: int) -> list[str]:
    plain = " ".join(text.split())
    found: list[str] = tokenizer.encode(plain, add_special_tokens=False).tokens
    return found[: max(1, most)]


def _translator(folder: Path, settings: Nllb, tokenizer: Any) -> Translate:
    converted = (folder / "model.bin").exists() and not _has_architectures(folder)
    if settings.runtime == "ctranslate2" or (settings.runtime == "auto" and converted):
        return _ctranslate2(folder, settings)
    return _transformers(folder, settings, tokenizer)


def _has_architectures(folder: Path) -> bool:
    path = folder / "config.json"
    return path.exists() and "architectures" in json.loads(path.read_text(encoding="utf-8"))


def _ctranslate2(folder: Path, settings: Nllb) -> Translate:
    require("ctranslate2", NAME)
    import ctranslate2

    translator = ctranslate2.Translator(
        str(folder), device="cpu", inter_threads=1, intra_threads=threads(settings.threads)
    )

    def translate(batch: list[list[str]]) -> list[list[str]]:
        results = translator.translate_batch(
            batch,
            target_prefix=[[settings.target]] * len(batch),
            beam_size=settings.beam_size,
            max_decoding_length=settings.max_tokens,
            max_input_length=settings.max_tokens,
        )
        return [list(result.hypotheses[0]) for result in results]

    return translate


def _transformers(folder: Path, settings: Nllb, tokenizer: Any) -> Translate:
    model = load_transformers("AutoModelForSeq2SeqLM", folder, settings.threads)
    import torch

    target = tokenizer.token_to_id(settings.target)
    padding = model.config.pad_token_id or 0

    def translate(batch: list[list[str]]) -> list[list[str]]:
        numbers = [[tokenizer.token_to_id(t) for t in tokens] for tokens in batch]
        longest = max(map(len, numbers))
        ids = torch.tensor([n + [padding] * (longest - len(n)) for n in numbers])
        mask = torch.tensor([[1] * len(n) + [0] * (longest - len(n)) for n in numbers])
        with torch.inference_mode():
            made = model.generate(
                input_ids=ids,
                attention_mask=mask,
                forced_bos_token_id=target,
                num_beams=settings.beam_size,
                max_new_tokens=settings.max_tokens,
                do_sample=False,
            )
        special = {model.config.decoder_start_token_id, padding, model.config.eos_token_id}
        return [
            [tokenizer.id_to_token(n) for n in row if n not in special] for row in made.tolist()
        ]

    return translate


def _notices(settings: Backends) -> tuple[Reason, ...]:
    return (Reason(code="backend-non-commercial", params={"licence": LICENCE}),)


BACKEND = Backend(name=NAME, licence=LICENCE, run=_run, notices=_notices)
