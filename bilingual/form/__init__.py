"""The entry form: read from a file or a table's row, without what is personal in it."""

from bilingual.form.channel import Channel, channel_of, party_of
from bilingual.form.dates import Period, period_of
from bilingual.form.fields import FIELDS, field_of, is_personal
from bilingual.form.people import Counted, named_in
from bilingual.form.personal import without_personal
from bilingual.form.pledge import pledge_kind
from bilingual.form.reading import Look, form_of, load_form, looked_at, masked, submitted_form
from bilingual.form.words import WordCount, count_words

__all__ = [
    "FIELDS",
    "Channel",
    "Counted",
    "Look",
    "Period",
    "WordCount",
    "channel_of",
    "count_words",
    "field_of",
    "form_of",
    "is_personal",
    "load_form",
    "looked_at",
    "masked",
    "named_in",
    "party_of",
    "period_of",
    "pledge_kind",
    "submitted_form",
    "without_personal",
]
