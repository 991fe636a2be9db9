"""Settings: TOML in, one frozen ``Config`` out.

Every threshold, engine and model is here with its default, so a report can
say under which settings it was made. The award's own rules are data of a
profile (``bilingual/config/profiles/*.toml``), not settings.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from bilingual.arguments import PATH, TEXT, checked, one_of, well_typed
from bilingual.budget import MIB, Budget, Cancel
from bilingual.config.notice import Category as Category
from bilingual.config.notice import CategoryRules as CategoryRules
from bilingual.config.notice import FormRules as FormRules
from bilingual.config.notice import LanguagePair as LanguagePair
from bilingual.config.notice import MediaRules as MediaRules
from bilingual.config.notice import NonNegative, Positive, PositiveFloat, Ratio
from bilingual.config.notice import Profile as Profile
from bilingual.config.notice import Titled as Titled
from bilingual.errors import ConfigError, InputError
from bilingual.files import plain_descriptor, toml_of
from bilingual.plugins import Kind, Plugins, discover, folder_of

_MAX_BYTES: Final = 1024 * 1024


class ReadingLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds on a subtitle file, before and while it is parsed.

    ``max_cues`` and ``max_text_characters`` are of one track and are what
    ``tests/bench/growth.md`` measures; a film has some 2,000 cues and 100,000 characters.
    ``max_cue_characters`` counts a cue's text without markup; with its markup a cue may be
    as long as a line.
    """

    max_bytes: Positive = 16 * 1024 * 1024
    max_line_characters: Positive = 8192
    max_cues: Positive = 20_000
    max_cue_characters: Positive = 2_000
    max_text_characters: Positive = 2_000_000
    max_time_ms: Positive = 24 * 3_600_000


class Quality(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a cue should read. Lengths in characters or syllables, times in ms.

    Chinese after Netflix's Simplified Chinese timed text guide (16 characters a
    line, 9 a second; half-width counts 0.5). For Tibetan nothing is published:
    16 syllables a line and 8.5 a second are derived from 0.92–0.95 syllables a
    Chinese character, and are advice.
    """

    zh_line_characters: PositiveFloat = 16
    zh_characters_per_second: PositiveFloat = 9
    bo_line_syllables: PositiveFloat = 16
    bo_syllables_per_second: PositiveFloat = 8.5
    max_lines: Positive = 2
    min_cue_ms: NonNegative = 833
    max_cue_ms: NonNegative = 7000
    min_gap_ms: NonNegative = 80


class Sync(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When two clocks count as apart. Milliseconds; rates are relative.

    ``max_offset_ms``: a day at most; a place in memory is made for every quarter of a second.
    """

    info_ms: NonNegative = 120
    warning_ms: NonNegative = 500
    error_ms: NonNegative = 1500
    max_offset_ms: Annotated[int, msgspec.Meta(ge=0, le=24 * 3_600_000)] = 120_000
    max_rate_deviation: Ratio = 0.1
    foreign_confidence: Ratio = 0.5


class Accuracy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which risk (0..1) on a bead is a finding, and from which an error.

    ``glossary`` names glossaries of the user's own, by path (see
    :mod:`bilingual.terms.glossary_file`); the first wins.
    """

    wrong_risk: Ratio = 0.32
    partial_risk: Ratio = 0.32
    certain_risk: Ratio = 0.98
    glossary: tuple[str, ...] = ()


Fingerprint = Annotated[str, msgspec.Meta(pattern="^[0-9a-fA-F]{64}$")]


class Labse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sentence encoder. ``model`` is a folder or a name of the registry.

    ``sha256`` is what the folder must hash to; without it the hash is recorded.
    """

    model: str = ""
    sha256: Fingerprint | None = None
    runtime: Literal["auto", "onnx", "transformers"] = "auto"
    max_tokens: Positive = 256
    threads: Positive = 2


class Nllb(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Translating the Tibetan back. ``model`` is a folder or a name of the registry.

    ``source`` and ``target`` are the model's own names of the languages.
    """

    model: str = ""
    sha256: Fingerprint | None = None
    runtime: Literal["auto", "ctranslate2", "transformers"] = "auto"
    source: str = "bod_Tibt"
    target: str = "zho_Hans"
    beam_size: Positive = 4
    max_tokens: Positive = 256
    threads: Positive = 2


class Judge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A chat endpoint that speaks OpenAI's protocol; the text is sent there.

    ``url`` is the base (``https://host/v1``). The key comes from the environment
    variable ``api_key_env`` and from nowhere else. ``insecure`` permits ``http`` to
    other machines. Times in seconds: ``timeout_s`` bounds an answer, ``total_s``
    all of them.
    """

    url: str = ""
    model: str = ""
    api_key_env: str = "BILINGUAL_JUDGE_KEY"
    insecure: bool = False
    timeout_s: PositiveFloat = 60
    total_s: PositiveFloat = 1800
    retries: Annotated[int, msgspec.Meta(ge=0, le=10)] = 2
    pause_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 1
    max_answer_bytes: Positive = 256 * 1024
    max_answer_tokens: Positive = 800
    max_pairs: Positive = 500


class Backends(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Further evidence on the translation: the backends that are to run, by name.

    None unless named. ``others`` holds the settings of third parties' backends.
    """

    use: tuple[str, ...] = ()
    labse: Labse = Labse()
    nllb: Nllb = Nllb()
    judge: Judge = Judge()
    others: dict[str, dict[str, Any]] = {}


class Asr(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Speech recognition. ``engine``: ``auto``, ``off`` or a recogniser's name.

    ``model`` is a name of ``models/registry.toml`` or a path. Times in ms.
    """

    engine: str = "auto"
    model: str = "base"
    beam_size: Positive = 2
    threads: Positive = 2
    prompt: str = "以下是普通话的句子。"
    max_piece_ms: Positive = 28_000
    min_avg_logprob: float = -1.0
    min_confidence: Ratio = 0.4
    max_no_speech_prob: Ratio = 0.6
    max_compression_ratio: PositiveFloat = 2.4
    max_cer: Ratio = 0.5
    cache: bool = True


class TibetanAsr(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recogniser of spoken Tibetan that the user plugs in; there is none of ours.

    ``model`` is the path of its folder (none unless given), as ``transformers``
    saves a CTC model or a Whisper. ``dialect`` and ``licence`` go into the report;
    the licence is otherwise read from the model's card. What it hears is evidence
    for a person and passes or fails nothing.
    """

    model: str = ""
    engine: str = "huggingface"
    dialect: str = ""
    licence: str = ""
    min_confidence: Ratio = 0.4
    max_piece_ms: Positive = 20_000


class Vad(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Voice activity detection: hysteresis thresholds (0..1) and times in ms.

    ``pad_ms`` is what a recogniser hears before and after the speech it is given.
    """

    start_threshold: Ratio = 0.5
    end_threshold: Ratio = 0.4
    min_speech_ms: NonNegative = 250
    min_silence_ms: NonNegative = 200
    pad_ms: NonNegative = 200
    min_uncovered_ms: NonNegative = 1500


class MediaLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds on what ffmpeg may take, and which ffmpeg is run.

    ``ffmpeg`` is ``bundled`` (the wheel's static build), ``path`` (the PATH's)
    or a folder that holds ``ffmpeg`` and ``ffprobe``. ``picture``: whether only
    the key frames are decoded to see that the picture is whole, or ``all`` of
    them (about a tenth to a fifth of the video's length on two cores).
    ``audio_stream``: the index in the file of the sound stream that is listened to.
    With less memory than the least that is taken here, ffmpeg calls a sound picture of
    3840×2160 damaged; beyond the most it refuses the option.
    """

    ffmpeg: str = "bundled"
    timeout_s: PositiveFloat = 300
    max_alloc_bytes: Annotated[int, msgspec.Meta(ge=8 * MIB)] = 64 * 1024 * 1024
    max_pixels: Annotated[int, msgspec.Meta(gt=0, le=2**31 - 1)] = 8_912_896
    max_streams: Annotated[int, msgspec.Meta(gt=0, le=1000)] = 32
    max_memory_bytes: Annotated[int, msgspec.Meta(ge=256 * MIB)] = 1024**3
    max_duration_ms: Positive = 3_600_000
    max_bytes: Positive = 4 * 1024**3
    picture: Literal["keyframes", "all"] = "keyframes"
    audio_stream: Literal["auto"] | NonNegative = "auto"


class WorkLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one work may take in all. What goes over it is unknown, with the reason.

    ``wall_clock_s``: seconds from the start on for all that is done with the media;
    the alignment of the cues and the rules come after that in any case.
    ``memory_mib``: of each process that is started for it. ``disk_mib``: of all pieces
    of media (clips, stills, drafts) that are made on the way.
    """

    wall_clock_s: PositiveFloat = 14_400
    memory_mib: Annotated[int, msgspec.Meta(ge=256)] = 4096
    disk_mib: Positive = 4096

    def budget(self, *, timeout_s: float | None = None, cancel: Cancel | None = None) -> Budget:
        """The budget of a work that begins now.

        :param timeout_s: seconds after which the call raises ``DeadlineError``.
        :param cancel: asked between steps whether to stop.
        """
        return Budget(
            wall_clock_s=self.wall_clock_s,
            memory_bytes=self.memory_mib * MIB,
            disk_bytes=self.disk_mib * MIB,
            timeout_s=timeout_s,
            cancel=cancel,
        )


class BurnedIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Subtitles in the picture. ``mode``: ``auto`` reads the whole picture where a track is
    missing and some moments of it where none is, if the extra ``ocr`` is installed; ``on``
    reads the whole always, ``off`` never.

    ``frames_per_second`` are followed; a text that never rests is looked for in one of
    ``look_every``. ``threads``: pictures that are read at once.
    """

    mode: Literal["auto", "on", "off"] = "auto"
    frames_per_second: PositiveFloat = 12.5
    look_every: Positive = 5
    threads: Positive = 2
    cache: bool = True

    @property
    def shortest_ms(self) -> int:
        """What is shown for less time is not seen: a text counts that is in three frames."""
        return round(3750 / self.frames_per_second)


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Text tools. ``words`` names further word lists for botok, by path."""

    words: tuple[str, ...] = ()
    tokenizer: Literal["auto", "syllables"] = "auto"


class RuleSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rules left out, and severities other than the rules' own."""

    off: tuple[str, ...] = ()
    severity: dict[str, Literal["error", "warning", "info"]] = {}


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of a check: thresholds, engines, models, limits. Immutable.

    Make one with :meth:`load`. ``fail_fast``: if an error is found before the long stages,
    the video is not read to its end.
    """

    profile: Profile
    category: Category = "bilingual"
    fail_fast: bool = False
    reading: ReadingLimits = ReadingLimits()
    quality: Quality = Quality()
    sync: Sync = Sync()
    accuracy: Accuracy = Accuracy()
    backends: Backends = Backends()
    asr: Asr = Asr()
    vad: Vad = Vad()
    tibetan_asr: TibetanAsr = TibetanAsr()
    media: MediaLimits = MediaLimits()
    text: Text = Text()
    burned_in: BurnedIn = BurnedIn()
    limits: WorkLimits = WorkLimits()
    rules: RuleSettings = RuleSettings()

    @property
    def award(self) -> CategoryRules:
        """The notice's rules for the category at hand."""
        return self.profile.categories[self.category]

    @checked(rule=TEXT)
    def clause(self, rule: str) -> str | None:
        """The notice's clause for a rule, ``None`` where it has none."""
        return self.award.clauses.get(rule)

    @classmethod
    @checked(path=PATH, profile=TEXT, category=one_of("bilingual", "chinese"))
    def load(
        cls,
        path: str | PathLike[str] | None = None,
        profile: str = "sichuan-2024",
        category: Category = "bilingual",
    ) -> Config:
        """The default settings, with the values of a TOML file in their place.

        :param path: the TOML file, with one table per section (the attributes of this class);
            without it the defaults are returned. The keys ``profile`` and ``category`` in it
            override the arguments.
        :param profile: the name of the award's rules.
        :param category: the award's category, ``bilingual`` or ``chinese``.
        :raises ConfigError: the file cannot be read, or has an unknown key or a value that is
            out of range.
        :raises ArgumentError: ``argument-invalid``: an argument has the wrong type.
        :raises PluginError: the profile's plug-in cannot be loaded.
        """
        settings: dict[str, Any] = {} if path is None else _read_toml(Path(path))
        settings["profile"] = _profile(settings.get("profile", profile))
        settings.setdefault("category", category)
        try:
            return msgspec.convert(settings, cls)
        except msgspec.ValidationError as error:
            where = "config" if path is None else str(path)
            raise ConfigError("config-invalid", path=where, detail=str(error)) from error

    def to_dict(self) -> dict[str, Any]:
        """The settings as JSON values, for a report.

        The profile goes by its name, and a path by its last part: where a file
        is on the user's disk does not belong in a report.
        """
        plain: dict[str, Any] = msgspec.to_builtins(self)
        plain["profile"] = self.profile.name
        plain["asr"]["model"] = Path(self.asr.model).name
        plain["tibetan_asr"]["model"] = Path(self.tibetan_asr.model).name
        plain["media"]["ffmpeg"] = Path(self.media.ffmpeg).name
        plain["accuracy"]["glossary"] = [Path(path).name for path in self.accuracy.glossary]
        for model in (plain["backends"]["labse"], plain["backends"]["nllb"]):
            model["model"] = Path(model["model"]).name
        plain["backends"]["judge"]["url"] = _shown_url(self.backends.judge.url)
        # Which of a third party's settings are secrets is not known.
        plain["backends"]["others"] = sorted(self.backends.others)
        plain["text"]["words"] = [Path(path).name for path in self.text.words]
        return plain


SETTINGS: Final = well_typed(Config)
"""What a parameter ``config`` takes: also settings that were put together by hand are seen to
be in range."""


def _shown_url(url: str) -> str:
    """An address without what may be secret in it: user, query, fragment."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{host}{port}{parts.path}" if host else ""


def _profiles_in(package: object, name: str) -> Iterator[tuple[str, Profile]]:
    """The profiles in a package, by the names of their files; ours are in a folder of it.

    :raises ValueError: one cannot be used; its file is named.
    """
    folder = folder_of(package) if name else folder_of(package) / "profiles"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            stem = file.name.removesuffix(".toml")
            try:
                tables = tomllib.loads(file.read_text(encoding="utf-8"))
                profile = msgspec.convert(tables, Profile)
                profile.refuse_faulty(stem)
            except ValueError as error:
                raise ValueError(f"{file.name}: {error}") from error
            yield stem, profile


_PROFILES: Final = Kind(
    name="profile", group="bilingual.profiles", home="bilingual.config", read=_profiles_in
)


@cache
def profiles() -> Plugins[Profile]:
    """The profiles that are installed, by name.

    :raises PluginError: ``plugin-duplicate``: two have the same name.
    """
    return discover(_PROFILES)


def _profile(name: object) -> Profile:
    if (found := profiles().named(str(name))) is not None:
        return found
    raise ConfigError("profile-unknown", name=str(name), known=list(profiles()))


def _read_toml(path: Path) -> dict[str, Any]:
    try:  # A file of the user's own, so a link will do; a pipe or a disk of zeros will not.
        with os.fdopen(plain_descriptor(path, follow=True), "rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except InputError as error:
        detail = error.params.get("detail", "not a regular file")
        raise ConfigError("config-unreadable", path=str(path), detail=detail) from error
    except OSError as error:
        raise ConfigError("config-unreadable", path=str(path), detail=error.strerror) from error
    if len(data) > _MAX_BYTES:
        raise ConfigError("config-invalid", path=str(path), detail=f"over {_MAX_BYTES} bytes")
    try:  # «nan» and «inf» are TOML, and no threshold: nothing is above or below a nan.
        return toml_of(data.decode("utf-8"))
    except ValueError as error:  # no TOML, no UTF-8, or no name of a file
        raise ConfigError("config-invalid", path=str(path), detail=str(error)) from error
