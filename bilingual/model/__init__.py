"""What the library passes around, from files to the report.

Every type is frozen, slotted and keyword-only, and holds plain data. Times are
integer milliseconds from the start of the medium. Absent is ``None``, never -1.
This package imports nothing else of the library, so every other part may import it.
"""

from __future__ import annotations

from bilingual.model.alignment import (
    Alignment,
    BackendScore,
    Bead,
    BeadEvidence,
    MissedTerm,
    Stretch,
)
from bilingual.model.clock import ClockMap, Jump
from bilingual.model.cue import LANGUAGES, Cue, Language, Problem, Span, Track, TrackSource
from bilingual.model.finding import (
    Check,
    CheckVerdict,
    Evidence,
    Finding,
    Severity,
    Suggestion,
    Verdict,
)
from bilingual.model.first_look import FirstLook
from bilingual.model.form import Form, OpeningLine, PledgeKind, SubmittedForm
from bilingual.model.media import (
    AudioStream,
    ChannelFault,
    Hole,
    Media,
    SubtitleStream,
    VideoStream,
)
from bilingual.model.reason import Reason
from bilingual.model.report import (
    BackendUse,
    CueScore,
    InputFile,
    Measure,
    ModelUse,
    PageMedia,
    PictureSample,
    Provenance,
    Report,
    SecondVersion,
)
from bilingual.model.review import ReportReview, Review
from bilingual.model.speech import Segment, Speech, Transcript, Word
from bilingual.model.text import Token

__all__ = [
    "LANGUAGES",
    "Alignment",
    "AudioStream",
    "BackendScore",
    "BackendUse",
    "Bead",
    "BeadEvidence",
    "ChannelFault",
    "Check",
    "CheckVerdict",
    "ClockMap",
    "Cue",
    "CueScore",
    "Evidence",
    "Finding",
    "FirstLook",
    "Form",
    "Hole",
    "InputFile",
    "Jump",
    "Language",
    "Measure",
    "Media",
    "MissedTerm",
    "ModelUse",
    "OpeningLine",
    "PageMedia",
    "PictureSample",
    "PledgeKind",
    "Problem",
    "Provenance",
    "Reason",
    "Report",
    "ReportReview",
    "Review",
    "SecondVersion",
    "Segment",
    "Severity",
    "Span",
    "Speech",
    "Stretch",
    "SubmittedForm",
    "SubtitleStream",
    "Suggestion",
    "Token",
    "Track",
    "TrackSource",
    "Transcript",
    "Verdict",
    "VideoStream",
    "Word",
]
