"""RFC 8785: one way to write a value down."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.render.canonical import canonical_bytes, digest_of, grouped, short_form, sound

# RFC 8785, section 3.2.3 (sorting) and 3.2.2 (a whole example).
RFC_KEYS = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}
RFC_VALUES = {
    "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
    "literals": [None, True, False],
}


def test_keys_sort_by_utf16_units() -> None:
    values = list(json.loads(canonical_bytes(RFC_KEYS)).values())
    assert values == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_the_example_of_the_rfc() -> None:
    assert canonical_bytes(RFC_VALUES).decode() == (
        '{"literals":[null,true,false],'
        '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_every_sound_value_has_one_form(value: dict[str, Any]) -> None:
    data = canonical_bytes(sound(value))
    again = json.loads(data)
    assert canonical_bytes(sound(again)) == data
    shuffled = json.loads(json.dumps(sound(value)), object_pairs_hook=lambda p: dict(reversed(p)))
    assert canonical_bytes(shuffled) == data


def test_what_json_has_no_form_for() -> None:
    assert sound({"a": 2**53, "b": -(2**53) + 1, "c": True}) == {
        "a": "9007199254740992",
        "b": -(2**53) + 1,
        "c": True,
    }
    assert sound("a\ud800b") == "a\ufffdb"
    assert isinstance(sound(10**5000), str)
    with pytest.raises(ValueError, match="finite"):
        sound([float("nan")])


def test_forms_for_paper() -> None:
    digest = digest_of(b"")
    assert digest.startswith("e3b0c44298fc1c14")
    assert short_form(digest) == "e3b0 c442 98fc 1c14"
    assert grouped(digest, size=8).replace(" ", "") == digest
