"""``bilingual annex``: the sheet for the signed pledge, and whether it is still the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bilingual.cli.shared import (
    FILE,
    FOUND,
    OK,
    Lang,
    keep_inputs,
    keep_output,
    lang_option,
    line,
    put,
    say,
)
from bilingual.cli.wording import command, refuse_beside, refuse_without, said
from bilingual.errors import ConfigError, InputError
from bilingual.files import write_together
from bilingual.locale import mark, sentence

if TYPE_CHECKING:
    from bilingual.render.annex import Annex, AnnexCheck, ReportFile, Role, SigningKey
    from bilingual.render.annex.document import AnnexReview

_PASSPHRASE: Final = "BILINGUAL_KEY_PASSPHRASE"

_FOR_CHECK: Final = ("digest", "sig", "public_key")
"""Options that only ``--check`` takes."""

_EXITS: Final = {"signed": OK, "changed": FOUND, "not-signed-by-given": 3}
"""Exit statuses of ``--check``; 2 where nothing can be told, as for any error."""


@command()
@click.argument("report", required=False, type=FILE, metavar="报告 / REPORT")
@click.option("--title", help="作品名称 / the work's title")
@click.option("--party", help="承诺人或承诺单位 / the pledging person or organisation")
@click.option("--review", type=FILE, help="懂藏文的人保存的复核记录 / a reader's saved review")
@click.option("--video", type=FILE, help="再次核对视频指纹 / check the hash of the video again")
@click.option(
    "--bo", type=FILE, help="再次核对藏文字幕指纹 / check the hash of the Tibetan track again"
)
@click.option(
    "--zh", type=FILE, help="再次核对中文字幕指纹 / check the hash of the Chinese track again"
)
@click.option(
    "--key",
    type=FILE,
    help="签名用的私钥（PEM），口令可放在环境变量里 / private key to sign with"
    " (passphrase: BILINGUAL_KEY_PASSPHRASE)",
)
@click.option(
    "--out",
    type=FILE,
    multiple=True,
    help="附表.html 或 附表.pdf，可重复给出 / annex.html or annex.pdf, or both",
)
@click.option("--force", is_flag=True, help="覆盖已有的输出文件 / overwrite existing output files")
@click.option(
    "--check", type=FILE, help="检查附表.json 是否被改动 / check whether annex.json was changed"
)
@click.option("--digest", help="纸面上印的指纹 / the hash printed on the paper")
@click.option("--sig", type=FILE, help="签名文件 / the signature file")
@click.option("--public-key", type=FILE, help="签名单位的公钥 / the signer's public key")
@click.option("--new-key", type=FILE, help="生成一对密钥 / make a key pair")
@lang_option
def annex(
    report: Path | None,
    check: Path | None,
    new_key: Path | None,
    digest: str | None,
    sig: Path | None,
    public_key: Path | None,
    lang: Lang,
    video: Path | None,
    bo: Path | None,
    zh: Path | None,
    force: bool,
    **making: Any,
) -> int:
    """制作附在承诺书（附件 4）之后的核查情况表；--check 检查它是否被改动。

    退出码：0 未改动，且由给出的公钥签名；1 被改动，或由别的密钥签名；2 无法判断；
    3 未改动，但没有签名，或签名的密钥没有给出。

    Make the annex to the signed pledge, with its JSON, hash and signature.
    With --check: whether it is unchanged, and whether the given report, video
    and tracks are the ones it names. Exit status: 0 unchanged and signed by the
    given key; 1 changed, or signed by another key; 2 cannot be determined; 3
    unchanged, but unsigned or signed by a key that was not given.
    """
    given: tuple[tuple[Role, Path | None], ...] = (("video", video), ("bo", bo), ("zh", zh))
    files: dict[Role, Path] = {role: path for role, path in given if path is not None}
    if new_key is not None:
        refuse_beside("--new-key", "report", "check", "video", "bo", "zh", *_FOR_CHECK, *making)
        return _make_key(new_key, force, lang)
    if check is not None:
        refuse_beside("--check", *making)
        from bilingual.render.annex import check_annex

        result = check_annex(
            check, digest=digest, signature=sig, public_key=public_key, report=report, files=files
        )
        return _print_check(result, check, lang)
    refuse_without("--check", *_FOR_CHECK)
    return _make(report, files=files, force=force, lang=lang, **making)


def _make(
    report: Path | None,
    *,
    title: str | None,
    party: str | None,
    review: Path | None,
    files: dict[Role, Path],
    key: Path | None,
    out: tuple[Path, ...],
    force: bool,
    lang: Lang,
) -> int:
    from bilingual.render.annex import KeyUse, build_annex, read_report
    from bilingual.render.review import load_review

    if report is None or title is None or party is None or not out:
        file = said("报告.json / REPORT.json")
        needed = {file: report, "--title": title, "--party": party, "--out": out or None}
        missing = [name for name, value in needed.items() if value is None]
        raise ConfigError("annex-arguments", missing=missing)
    targets = _Targets.beside(out, report, review)
    for target in targets.all():
        keep_inputs(target, report, review, key, *files.values())
        keep_output(target, force)
    signer = None if key is None else _signer(key, lang)
    saved = read_report(report)
    annex = build_annex(
        saved,
        title=title,
        party=party,
        review=None if review is None else load_review(review),
        files=files,
        key=None if signer is None else KeyUse(sha256=signer.sha256, public=signer.public_hex),
    )
    if annex.review is not None and not _reviewers(annex, annex.review):
        say(sentence("ui", "annex-review-unnamed", {}, lang))
    outputs = list(_outputs(annex, saved, targets, signer, lang))
    write_together(outputs, overwrite=force)
    if signer is None and force:
        targets.signature.unlink(missing_ok=True)  # of what was there before
    for path, _ in outputs:
        say(sentence("ui", "annex-written", {"path": str(path)}, lang))
    return OK


def _reviewers(annex: Annex, review: AnnexReview) -> set[str]:
    names = {review.reviewer, *(finding.by for finding in annex.findings)}
    names |= {point.by for point in review.points} | {cues.by for cues in review.cues}
    return names - {""}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Targets:
    """The files that are written."""

    pages: tuple[Path, ...]
    data: Path
    digest: Path
    signature: Path
    appendix: Path

    @classmethod
    def beside(cls, pages: tuple[Path, ...], *inputs: Path | None) -> _Targets:
        """The pages, and the data beside the first of them.

        :raises ConfigError: ``annex-out-suffix``: a page is neither HTML nor PDF.
        """
        from bilingual.render.annex import APPENDIX_SUFFIX, DIGEST_SUFFIX, SIGNATURE_SUFFIX

        for page in pages:
            if page.suffix.lower() not in (".html", ".htm", ".pdf"):
                raise ConfigError("annex-out-suffix", path=str(page))
        data = _data_path(pages[0], *inputs)
        return cls(
            pages=pages,
            data=data,
            digest=data.with_name(data.name + DIGEST_SUFFIX),
            signature=data.with_name(data.name + SIGNATURE_SUFFIX),
            appendix=data.with_name(data.stem + APPENDIX_SUFFIX),
        )

    def all(self) -> tuple[Path, ...]:
        """Every file that is written, or may be."""
        return (*self.pages, self.data, self.digest, self.signature, self.appendix)


def _outputs(
    annex: Annex, saved: ReportFile, targets: _Targets, signer: SigningKey | None, lang: Lang
) -> Iterator[tuple[Path, bytes]]:
    """Each file's path and content."""
    from bilingual.render.annex import (
        digest_of,
        render_annex_appendix,
        render_annex_html,
        render_annex_pdf,
    )

    data = annex.to_bytes()
    found = digest_of(data)
    for page in targets.pages:
        if page.suffix.lower() == ".pdf":
            yield page, render_annex_pdf(annex, found, lang)
        else:
            yield page, render_annex_html(annex, found, lang).encode()
    yield targets.appendix, render_annex_appendix(annex, saved, found, lang).encode()
    yield targets.data, data
    yield targets.digest, f"{found}  {targets.data.name}\n".encode()
    if signer is not None:
        yield targets.signature, signer.sign(data)


def _data_path(page: Path, *inputs: Path | None) -> Path:
    """``annex.json`` beside ``annex.pdf``; a name of its own where an input has that one."""
    path = page.with_suffix(".json")
    try:
        keep_inputs(path, *inputs)
    except InputError as error:
        if error.code != "output-is-input":
            raise
        return page.with_suffix(".annex.json")
    return path


def _signer(key: Path, lang: Lang) -> SigningKey:
    """The key; on a terminal its passphrase is asked for where it has one."""
    from bilingual.render.annex import load_signing_key, readable_by_others

    passphrase = os.environ.get(_PASSPHRASE)
    try:
        signer = load_signing_key(key, passphrase)
    except InputError as error:
        terminal = sys.stdin.isatty()
        if error.code != "annex-key-locked" or not terminal:
            raise
        signer = load_signing_key(key, _asked(lang))
    if readable_by_others(key):
        say(sentence("ui", "annex-key-readable", {"path": str(key)}, lang))
    return signer


def _asked(lang: Lang, *, twice: bool = False) -> str:
    words = sentence("ui", "annex-passphrase", {}, lang)
    answer: str = click.prompt(
        words, hide_input=True, err=True, default="", show_default=False, confirmation_prompt=twice
    )
    return answer


def _make_key(path: Path, force: bool, lang: Lang) -> int:
    from bilingual.render.annex import new_key

    if not path.name:  # the folder one is in
        raise InputError("output-exists", path=str(path))
    public = path.with_suffix(".pub.pem")
    passphrase = os.environ.get(_PASSPHRASE)
    if passphrase is None and sys.stdin.isatty():
        passphrase = _asked(lang, twice=True)
    for target in (path, public):
        keep_output(target, force)
    made = new_key(passphrase or None)
    pair = ((path, made.private_pem), (public, made.public_pem))
    write_together(pair, overwrite=force, modes=(0o600, 0o666))
    params = {"private": str(path), "public": str(public), "key": made.sha256}
    say(sentence("ui", "annex-key-made", params, lang))
    return OK


def _print_check(result: AnnexCheck, path: Path, lang: Lang) -> int:
    """Print what cannot be known, each thing that it was compared with, then what follows."""
    from bilingual.render.annex import DIGEST_SUFFIX

    def tell(code: str, params: Mapping[str, Any] | None = None) -> None:
        put(sentence("ui", code, params or {}, lang), nl=True)

    if result.given_key is None:
        tell("annex-check-no-key")
    for item in result.items:
        what = sentence("ui", f"annex-what-{item.what}", {}, lang)
        outcome = sentence("ui", f"annex-outcome-{item.outcome}", {}, lang)
        why = sentence("reasons", item.why, item.params, lang) if item.why else ""
        separator = mark("semicolon", lang)
        line(f"{what}{mark('colon', lang)}{separator.join(filter(None, (outcome, why)))}")
    put(f"SHA-256{mark('colon', lang)}{result.sha256}", nl=True)
    if result.named_key is not None:
        tell("annex-key-named", {"key": result.named_key})
    if result.given_key is not None:
        tell("annex-key-used", {"key": result.given_key})
    conclusion = result.conclusion
    if conclusion == "unknown":
        raise InputError(
            "annex-nothing-to-hold-against", path=str(path), beside=path.name + DIGEST_SUFFIX
        )
    if conclusion == "not-signed-by-given":
        paper = next((i for i in result.items if i.what == "paper"), None)
        if result.outcome("signature") == "unnamed":
            tell("annex-check-unnamed")
        elif paper is None:
            tell("annex-check-accident")
        if paper is not None:
            tell("annex-check-paper", paper.params)
    else:
        tell("annex-check-" + ("signed" if conclusion == "signed" else "broken"))
    return _EXITS[conclusion]


COMMANDS = (annex,)
