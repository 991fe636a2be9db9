"""The annex to the signed pledge: evidence of checks for paper, and its JSON.

``build_annex`` makes the annex, ``Annex.to_bytes`` the bytes that are hashed and
signed, the renderers a page for A4. ``check_annex`` finds later whether it is
still the same.
"""

from __future__ import annotations

from bilingual.render.annex.appendix import SUFFIX as APPENDIX_SUFFIX
from bilingual.render.annex.appendix import render_annex_appendix
from bilingual.render.annex.building import build_annex
from bilingual.render.annex.checking import (
    DIGEST_SUFFIX,
    SIGNATURE_SUFFIX,
    AnnexCheck,
    Item,
    check_annex,
)
from bilingual.render.annex.document import SCHEMA, Annex, KeyUse, Role
from bilingual.render.annex.html import render_annex_html
from bilingual.render.annex.pdf import render_annex_pdf
from bilingual.render.annex.shapes import AnnexView
from bilingual.render.annex.signing import (
    NewKey,
    SigningKey,
    VerifyingKey,
    load_public_key,
    load_signing_key,
    new_key,
    readable_by_others,
)
from bilingual.render.annex.view import view_of
from bilingual.render.canonical import canonical_bytes, digest_of, short_form
from bilingual.render.document import ReportFile, parse_report, read_report

__all__ = [
    "APPENDIX_SUFFIX",
    "DIGEST_SUFFIX",
    "SCHEMA",
    "SIGNATURE_SUFFIX",
    "Annex",
    "AnnexCheck",
    "AnnexView",
    "Item",
    "KeyUse",
    "NewKey",
    "ReportFile",
    "Role",
    "SigningKey",
    "VerifyingKey",
    "build_annex",
    "canonical_bytes",
    "check_annex",
    "digest_of",
    "load_public_key",
    "load_signing_key",
    "new_key",
    "parse_report",
    "read_report",
    "readable_by_others",
    "render_annex_appendix",
    "render_annex_html",
    "render_annex_pdf",
    "short_form",
    "view_of",
]
