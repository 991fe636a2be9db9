"""What the award asks for and only a person can see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bilingual.checks._media import SOUND, media_of, seconds
from bilingual.checks.base import Artifacts, CannotTell, Rule, Words
from bilingual.model import Reason, Severity

LOOK_MS: Final = 20_000
"""How much of the beginning and of the end to look at: openings and closings of
videos of a few minutes seldom take longer."""


def _credits(artifacts: Artifacts) -> Iterator[CannotTell]:
    media = media_of(artifacts)
    if media.duration_ms is None:
        yield CannotTell(reason=Reason(code="media-incomplete"))
        return
    look = min(LOOK_MS, media.duration_ms // 2)
    yield CannotTell(
        reason=Reason(
            code="needs-human",
            params={
                "opening_end_s": seconds(look),
                "closing_start_s": seconds(media.duration_ms - look),
                "end_s": seconds(media.duration_ms),
            },
        )
    )


RULES: Final = (
    Rule(
        id="credits",
        group="award",
        severity=Severity.INFO,
        needs=frozenset({"media"}),
        title=Words(zh="片头片尾署名", en="Opening and closing credits"),
        holds=Words(
            zh="片头或片尾有署名，体现权属", en="The opening or closing credits name the owner"
        ),
        asks=Words(
            zh="片头或片尾是否有署名，体现权属",
            en="Whether the opening or closing credits name the owner",
        ),
        explanation=Words(
            zh="通知要求作品由片头、正片、片尾三部分构成，片头或片尾的署名体现作品的权属。需要人看。",
            en="The notice requires an opening, a body and a closing, with credits that show who owns the work. A person has to check this.",
        ),
        message=Words(zh="请人工查看片头和片尾。", en="Check the opening and the closing."),
        remedy=Words(
            zh="播放片头和片尾，看有没有写明作者或单位；没有就加上，重新导出。",
            en="Play the opening and the closing and see whether they name the authors or organisations. If not, add them and export again.",
        ),
        limits=Words(
            zh="不做自动判断，结论总是“未能判断”。",
            en="Never judged by the program: the result is always “unknown”.",
        ),
        run=_credits,
        catches=None,
        leaves=SOUND,
        required=False,
        award=True,
    ),
)
