"""Tibetan in the picture that was drawn letter by letter."""

from __future__ import annotations

import re
from dataclasses import replace

from bilingual.checks._burned_in import Pair
from bilingual.checks._shaping import drawn_plain, put_right, unshaped_against, unshaped_alone
from bilingual.checks._tracks import BO
from bilingual.model import Cue

TEXTS = (
    "སྐོར་ཐེངས་གཅིག་ལ་ཉིན་༣༦༥ཙམ་དགོས།",
    "རྩི་ཤིང་ནི་ཉི་འོད་ལ་བརྟེན་ནས་སྐྱེ།",
    "ཉི་འོད་སའི་གོ་ལར་འབྱོར་བར་སྐར་མ་བརྒྱད་ཙམ་དགོས།",
    "ང་ཚོའི་སའི་གོ་ལ་ཡང་སྲུང་སྐྱོབ་བྱེད་དགོས།",
    *(text for _, _, text in BO),
)


def cues(texts: tuple[str, ...]) -> list[Cue]:
    return [
        Cue(index=n, start_ms=3000 * n, end_ms=3000 * n + 2000, text=text)
        for n, text in enumerate(texts)
    ]


def pairs(seen: tuple[str, ...]) -> list[Pair]:
    return [Pair(a, b, 1.0) for a, b in zip(cues(TEXTS), cues(seen), strict=True)]


def test_what_plain_drawing_shows() -> None:
    # As libass with simple shaping draws it in Noto Serif Tibetan.
    assert drawn_plain("སྐོར་ཐེངས་གཅིག་") == "སརྐོ་ཐངེས་གཅགི་"
    assert put_right("གཅགི་") == "གཅིག་"


def test_displaced_signs_are_seen_with_a_file_and_without() -> None:
    drawn = tuple(drawn_plain(text) for text in TEXTS)
    found = unshaped_against(pairs(drawn))
    assert found is not None
    assert found.variant == "signs"
    alone = unshaped_alone(cues(drawn))
    assert alone is not None
    assert alone.variant == "signs"


def test_stacks_that_are_read_as_others_are_seen_where_the_rest_is_right() -> None:
    # As tesseract reads DDC Uchen drawn without shaping.
    read = {"བརྟེན": "བརྙེན", "སྐྱེ": "སྒེ", "བརྒྱད": "བརྒད", "སྐྱོབ": "སྒོབ", "སྐོར": "སྒོར"}
    seen = TEXTS
    for right, wrong in read.items():
        seen = tuple(text.replace(right, wrong) for text in seen)
    found = unshaped_against(pairs(seen))
    assert found is not None
    assert found.variant == "stacks"
    assert found.wrong == len(read)
    # As many stacks in a picture in which letters are read wrong as well.
    blurred = tuple(text.replace("ང", "ད").replace("མ", "ལ") for text in seen)
    assert unshaped_against(pairs(blurred)) is None


def test_parts_that_stand_side_by_side_are_seen_in_a_face_that_is_hardly_read() -> None:
    # As tesseract reads Monlam OuChan 4 drawn without shaping: vowels wrong, gaps behind stacks.
    stack = re.compile("([\u0f40-\u0f6c][\u0f90-\u0fbc]+[\u0f71-\u0f7e]*)(?=[\u0f40-\u0f6c])")
    read = tuple(stack.sub(r"\1 ", text).replace("ོ", "ེ").replace("ུ", "") for text in TEXTS)
    found = unshaped_against(pairs(read))
    assert found is not None
    assert found.variant == "apart"
    # Letters that are set wide apart have gaps behind all of them.
    wide = tuple(re.sub("([\u0f40-\u0fbc]+?)(?=[\u0f40-\u0f6c])", r"\1 ", text) for text in TEXTS)
    assert unshaped_against(pairs(wide)) is None


def test_right_text_and_plain_noise_are_no_finding() -> None:
    assert unshaped_against(pairs(TEXTS)) is None
    assert unshaped_alone(cues(TEXTS)) is None
    noisy = tuple(text.replace("ོ", "ེ") for text in TEXTS)
    assert unshaped_against(pairs(noisy)) is None
    shorter = [replace(cue, text=cue.text[:9]) for cue in cues(TEXTS)]
    assert unshaped_alone(shorter) is None
