"""``bilingual rules``: the rules, listed or explained."""

from __future__ import annotations

from typing import Literal

import click

from bilingual.cli.shared import (
    OK,
    Lang,
    as_json,
    lang_option,
    put,
    text_or_json_option,
)
from bilingual.cli.wording import command
from bilingual.errors import ConfigError
from bilingual.nearest import nearest


@command()
@click.argument("rule_id", metavar="规则名 / ID", required=False)
@text_or_json_option
@lang_option
def rules(rule_id: str | None, form: Literal["text", "json"], lang: Lang) -> int:
    """列出规则，或解释其中一条。 List the rules, or explain one."""
    from bilingual.render.rules import render_rule, render_rules, rules_document

    if rule_id is None:
        put(as_json(rules_document()) if form == "json" else render_rules(lang))
        return OK
    documents = {d["id"]: d for d in rules_document()}
    if rule_id not in documents and _between_works(rule_id, form, lang):
        return OK
    if rule_id not in documents:
        raise ConfigError("rule-unknown", name=rule_id, nearest=nearest(rule_id, documents))
    document = documents[rule_id]
    put(as_json(document) if form == "json" else render_rule(document, lang))
    return OK


def _between_works(rule_id: str, form: Literal["text", "json"], lang: Lang) -> bool:
    """Explain a rule of ``bilingual batch``; whether it is one."""
    from bilingual.batch.rules import BATCH_RULES, rule_document, rule_text

    rule = BATCH_RULES.get(rule_id)
    if rule is not None:
        put(as_json(rule_document(rule)) if form == "json" else rule_text(rule, lang))
    return rule is not None


COMMANDS = (rules,)
