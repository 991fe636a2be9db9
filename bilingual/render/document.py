"""The report as JSON values, after ``bilingual.report/1``.

Every key is always there; what is absent is ``None``. Floats are rounded, so
that the same inputs give the same bytes on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from bilingual.errors import InputError
from bilingual.files import checked_path
from bilingual.model import (
    Alignment,
    Cue,
    Evidence,
    Finding,
    Measure,
    Media,
    ModelUse,
    Report,
    SecondVersion,
    Segment,
    Span,
    Speech,
    Track,
)

SCHEMA: Final = "bilingual.report/1"

_DIGITS: Final = 6


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) that every report is valid against."""
    text = resources.files(__package__).joinpath("report-1.schema.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def read_document(path: Path) -> dict[str, Any]:
    """A report that was saved as JSON.

    :raises InputError: the file cannot be read, or holds no report of this form.
    """
    try:
        document = json.loads(checked_path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("file-unreadable", path=str(path), detail=error.strerror) from error
    except (ValueError, RecursionError) as error:
        raise InputError("report-invalid", path=str(path)) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise InputError("report-invalid", path=str(path))
    return document


def to_document(report: Report) -> dict[str, Any]:
    """The report as nested dicts and lists of JSON values."""
    provenance = report.provenance
    return {
        "schema": SCHEMA,
        "verdict": str(report.verdict),
        "inputs": [
            {"role": i.role, "name": i.name, "bytes": i.bytes, "sha256": i.sha256}
            for i in report.inputs
        ],
        "provenance": {
            "tool": provenance.tool,
            "version": provenance.version,
            "dependencies": dict(sorted(provenance.dependencies.items())),
            "models": [_model_use(m) for m in provenance.models],
            "ffmpeg": provenance.ffmpeg,
            "tokenizer": plain(provenance.tokenizer),
            "config": plain(provenance.config),
            "created": provenance.created,
            **_backends(report),
        },
        "media": _media(report.media),
        "tracks": {"bo": track_document(report.bo), "zh": track_document(report.zh)},
        "speech": speech_document(report.speech),
        "burned_in": None
        if report.burned_in is None
        else {side: track_document(track) for side, track in report.burned_in.items()},
        "reference": _reference(report.reference),
        "alignment": alignment_document(report.alignment, report.evidence),
        "measures": [_measure(m) for m in report.measures],
        "checks": [
            {
                "rule": c.rule,
                "verdict": str(c.verdict),
                "reason": c.reason,
                "params": plain(c.params),
                "required": c.required,
            }
            for c in report.checks
        ],
        "findings": [finding_document(f) for f in report.findings],
    }


def _reference(version: SecondVersion | None) -> dict[str, Any] | None:
    """The second version that a track was held against."""
    if version is None:
        return None
    return {
        "language": version.language,
        "name": version.name,
        "sha256": version.sha256,
        "signatures": dict(version.signatures),
        "cues": [
            {
                "cues": list(score.cues),
                "reference": list(score.reference),
                "text": score.text,
                "chrf": score.chrf,
                "bleu": score.bleu,
                "ter": score.ter,
            }
            for score in version.cues
        ],
    }


def _backends(report: Report) -> dict[str, Any]:
    """The backends that the settings named; no key without any."""
    used = report.provenance.backends
    if not used:
        return {}
    return {
        "backends": [
            {
                "name": b.name,
                "state": b.state,
                "reason": b.reason,
                "params": plain(b.params),
                "judged": b.judged,
                "of": b.of,
                "licence": b.licence,
                "calibration": b.calibration,
                "validated": b.validated,
                "notices": [{"code": code, "params": plain(p)} for code, p in b.notices],
            }
            for b in used
        ]
    }


def plain(value: Any) -> Any:
    """A value as JSON knows it: dataclasses as objects, tuples as lists, floats rounded."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(v) for v in value)
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return _number(value)
    return str(value)


def _number(value: float | None) -> float | None:
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return None
    return round(value, _DIGITS)


def _media(media: Media | None) -> dict[str, Any] | None:
    if media is None:
        return None
    return {
        "name": media.name,
        "bytes": media.bytes,
        "container": media.container,
        "brand": media.brand,
        "duration_ms": media.duration_ms,
        "decoded_ms": media.decoded_ms,
        "complete": media.complete,
        "complete_reason": media.complete_reason,
        "examined": list(media.examined),
        "mean_volume_db": _number(media.mean_volume_db),
        "max_volume_db": _number(media.max_volume_db),
        "video": [
            {
                "index": v.index,
                "codec": v.codec,
                "width": v.width,
                "height": v.height,
                "display_width": v.display_width,
                "display_height": v.display_height,
                "rotation": v.rotation,
                "sample_aspect_ratio": _number(v.sample_aspect_ratio),
                "frame_rate": _number(v.frame_rate),
                "duration_ms": v.duration_ms,
                "bit_rate": v.bit_rate,
                "attached_picture": v.attached_picture,
            }
            for v in media.video
        ],
        "audio": [
            {
                "index": a.index,
                "codec": a.codec,
                "channels": a.channels,
                "sample_rate": a.sample_rate,
                "duration_ms": a.duration_ms,
                "language": a.language,
            }
            for a in media.audio
        ],
        "subtitles": [
            {"index": s.index, "codec": s.codec, "language": s.language, "title": s.title}
            for s in media.subtitles
        ],
    }


def track_document(track: Track | None) -> dict[str, Any] | None:
    """A track in the report's form; ``None`` without one."""
    if track is None:
        return None
    return {
        "source": track.source,
        "name": track.name,
        "encoding": track.encoding,
        "format": track.format,
        "stream": track.stream,
        "cues": [_cue(cue) for cue in track.cues],
        "problems": [
            {"line": p.line, "code": p.code, "params": plain(p.params)} for p in track.problems
        ],
    }


def _cue(cue: Cue) -> dict[str, Any]:
    return {
        "index": cue.index,
        "start_ms": cue.start_ms,
        "end_ms": cue.end_ms,
        "text": cue.text,
        "plain": cue.plain,
        "line": cue.line,
        "confidence": _number(cue.confidence),
        **({} if cue.rows is None else {"rows": list(cue.rows)}),
    }


def speech_document(speech: Speech | None) -> dict[str, Any] | None:
    """Speech in the report's form; ``None`` without any."""
    if speech is None:
        return None
    return {
        "duration_ms": speech.duration_ms,
        "spans": None if speech.spans is None else [_span(s) for s in speech.spans],
        "segments": _segments(speech.segments),
        "language": speech.language,
        "language_scores": plain(speech.language_scores),
        "engine": speech.engine,
        "model": speech.model,
        "model_sha256": speech.model_sha256,
        "vad": speech.vad,
        "tibetan": None
        if speech.tibetan is None
        else {
            "segments": _segments(speech.tibetan.segments),
            "engine": speech.tibetan.engine,
            "model": speech.tibetan.model,
            "model_sha256": speech.tibetan.model_sha256,
            "dialect": speech.tibetan.dialect,
            "licence": speech.tibetan.licence,
            "lacking": speech.tibetan.lacking,
            "params": plain(speech.tibetan.params),
        },
    }


def _model_use(used: ModelUse) -> dict[str, Any]:
    document: dict[str, Any] = {"name": used.name, "sha256": used.sha256}
    if used.dialect is not None or used.licence is not None:
        document |= {"dialect": used.dialect, "licence": used.licence}
    return document


def _segments(segments: tuple[Segment, ...] | None) -> list[dict[str, Any]] | None:
    if segments is None:
        return None
    return [
        {
            "start_ms": s.start_ms,
            "end_ms": s.end_ms,
            "text": s.text,
            "confidence": _number(s.confidence),
            "avg_logprob": _number(s.avg_logprob),
            "no_speech_prob": _number(s.no_speech_prob),
            "compression_ratio": _number(s.compression_ratio),
            "reliable": s.reliable,
            "doubts": list(s.doubts),
            "words": [
                {
                    "start_ms": w.start_ms,
                    "end_ms": w.end_ms,
                    "text": w.text,
                    "probability": _number(w.probability),
                }
                for w in s.words
            ],
        }
        for s in segments
    ]


def alignment_document(
    alignment: Alignment | None, evidence: Mapping[int, Any]
) -> dict[str, Any] | None:
    """An alignment in the report's form; ``evidence`` goes by the bead's number."""
    if alignment is None:
        return None
    return {
        "offset_ms": alignment.offset_ms,
        "rate": _number(alignment.rate),
        "jumps": [{"at_ms": j.at_ms, "offset_ms": j.offset_ms} for j in alignment.jumps],
        "confidence": _number(alignment.confidence),
        "beads": [
            {
                "bo": list(bead.bo),
                "zh": list(bead.zh),
                "confidence": _number(bead.confidence),
                "risk": _number(bead.risk),
                "evidence": plain(evidence.get(number)),
            }
            for number, bead in enumerate(alignment.beads)
        ],
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "id": measure.id,
        "value": _number(measure.value),
        "unit": measure.unit,
        "numerator": _number(measure.numerator),
        "denominator": _number(measure.denominator),
        "excluded": plain(measure.excluded),
        "signature": measure.signature,
        "of": measure.of,
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """A finding in the report's form."""
    suggestion = finding.suggestion
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "confidence": finding.confidence,
        "mqm": finding.mqm,
        "clause": finding.clause,
        "bo": list(finding.bo),
        "zh": list(finding.zh),
        "span_ms": None if finding.span_ms is None else _span(finding.span_ms),
        "params": plain(finding.params),
        "evidence": [_evidence(e) for e in finding.evidence],
        "suggestion": None
        if suggestion is None
        else {
            "kind": suggestion.kind,
            "safety": suggestion.safety,
            "params": plain(suggestion.params),
        },
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "kind": evidence.kind,
        "side": evidence.side,
        "cue": evidence.cue,
        "start": evidence.start,
        "end": evidence.end,
        "params": plain(evidence.params),
    }


def _span(span: Span) -> list[int]:
    return [span.start_ms, span.end_ms]
