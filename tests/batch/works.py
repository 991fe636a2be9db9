"""Small works for the tests: subtitles that differ from work to work."""

from __future__ import annotations

import random
from pathlib import Path

from bilingual.batch import Submission

ZH = (
    "太阳每天从东方升起。",
    "傍晚从西方落下。",
    "其实，转动的是我们的地球。",
    "太阳是一颗恒星。",
    "地球是一颗行星。",
    "植物靠阳光生长。",
    "动物靠植物生活。",
    "人类也离不开太阳。",
    "高原上的阳光特别强。",
    "太阳给我们带来光和热。",
)
BO = (
    "ཉི་མ་ཉིན་རེར་ཤར་ཕྱོགས་ནས་འཆར།",
    "དགོང་མོར་ནུབ་ཕྱོགས་སུ་ནུབ།",
    "དོན་དངོས་སུ་འཁོར་བ་ནི་ང་ཚོའི་སའི་གོ་ལ་ཡིན།",
    "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།",
    "སའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན།",
    "རྩི་ཤིང་ནི་ཉི་འོད་ལ་བརྟེན་ནས་སྐྱེ།",
    "སྲོག་ཆགས་ནི་རྩི་ཤིང་ལ་བརྟེན་ནས་འཚོ།",
    "མིའི་རིགས་ཀྱང་ཉི་མ་དང་འབྲལ་མི་ཐུབ།",
    "མཐོ་སྒང་གི་ཉི་འོད་ཧ་ཅང་ཤུགས་ཆེ།",
    "ཉི་མས་ང་ཚོར་འོད་དང་ཚ་དྲོད་སྟེར།",
)


def srt(lines: list[str], shift_ms: int = 0, rate: float = 1.0) -> str:
    """The lines as subtitles of two and a half seconds each."""
    blocks = []
    for number, line in enumerate(lines):
        start = round((1000 + 3000 * number) * rate) + shift_ms
        blocks.append(f"{number + 1}\n{_at(start)} --> {_at(start + round(2500 * rate))}\n{line}\n")
    return "\n".join(blocks)


def _at(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def order(seed: int) -> list[int]:
    """Some of the sentences, in an order of their own."""
    chance = random.Random(seed)
    return chance.sample(range(len(ZH)), 8)


def write_work(folder: Path, name: str, seed: int) -> tuple[Path, Path]:
    """Both subtitle files of a work."""
    bo, zh = folder / f"{name}.bo.srt", folder / f"{name}.zh.srt"
    chosen = order(seed)
    bo.write_text(srt([BO[n] for n in chosen]), encoding="utf-8")
    zh.write_text(srt([ZH[n] for n in chosen]), encoding="utf-8")
    return bo, zh


def submissions(folder: Path, count: int) -> list[Submission]:
    """So many works, written into the folder."""
    works = []
    for number in range(count):
        bo, zh = write_work(folder, f"w{number}", number)
        works.append(Submission(id=f"w{number}", row=number + 2, bo=str(bo), zh=str(zh)))
    return works
