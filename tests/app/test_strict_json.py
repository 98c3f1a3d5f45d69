import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest, Invalid
from app.strict_json import LARGEST_INTEGER, MAX_DEPTH, escape, parse

finite_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(finite_json)
def test_what_json_can_say_comes_back_unchanged(value):
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_a_number_that_is_not_finite_is_named_by_its_place(text):
    with pytest.raises(Invalid) as caught:
        parse(f'{{"spec": {{"optimizer": {{"learning_rate": {text}}}}}}}')
    assert [error._asdict() for error in caught.value.errors] == [
        {
            "pointer": "/spec/optimizer/learning_rate",
            "message": "This must be a finite number, not NaN or infinity.",
        }
    ]


def test_every_wrong_value_is_listed_up_to_a_bound():
    with pytest.raises(Invalid) as caught:
        parse("[" + ",".join(["NaN"] * 1000) + "]")
    assert len(caught.value.errors) == 50


def test_malformed_text_is_refused_with_line_and_column():
    with pytest.raises(BadRequest) as caught:
        parse(b'{"spec": {},\n  "speed" 3}')
    assert caught.value.detail == "The body is not valid JSON: Expecting ':' delimiter at line 2, column 11."


@pytest.mark.parametrize("body", [b"", b"{", b"[1,]", b"{'a': 1}", b"{} {}", b'"a\x00b"', b"01"])
def test_almost_json_is_a_bad_request(body):
    with pytest.raises(BadRequest, match=r"line 1, column \d+"):
        parse(body)


@pytest.mark.parametrize("body", [b"\xff\xfe{\x00}\x00", b'"\xed\xa0\x80"', b'{"a": "\xc3"}'])
def test_other_encodings_are_a_bad_request(body):
    with pytest.raises(BadRequest, match="not UTF-8 text: byte"):
        parse(body)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 500, 100_000])
def test_deep_nesting_is_refused(opening, depth):
    closing = "]" if opening == "[" else "}"
    with pytest.raises(BadRequest, match="deeper than 32 levels"):
        parse(opening * depth + "1" + closing * depth)


def test_the_deepest_allowed_nesting_is_taken():
    value = parse("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    for _ in range(MAX_DEPTH - 1):
        (value,) = value
    assert value == []


def test_integers_beyond_64_bits_are_refused():
    with pytest.raises(Invalid) as caught:
        parse(f'{{"seed": {LARGEST_INTEGER + 1}}}')
    assert caught.value.errors[0].pointer == "/seed"
    with pytest.raises(BadRequest, match="too many digits"):
        parse("1" * 5000)
    assert parse(str(LARGEST_INTEGER)) == LARGEST_INTEGER


@pytest.mark.parametrize(("text", "pointer"), [(r'{"a": "\ud800"}', "/a"), (r'{"b": {"\ud800": 1}}', "/b")])
def test_unpaired_surrogates_are_refused(text, pointer):
    with pytest.raises(Invalid) as caught:
        parse(text)
    assert caught.value.errors[0].pointer == pointer


def test_pointers_escape_the_two_special_characters():
    assert escape("a/b~c") == "a~1b~0c"
    with pytest.raises(Invalid) as caught:
        parse('{"a/b": NaN}')
    assert caught.value.errors[0].pointer == "/a~1b"


def test_the_byte_order_mark_of_some_editors_is_no_part_of_the_document():
    assert parse(b'\xef\xbb\xbf{"seed": 1}') == {"seed": 1}
    with pytest.raises(BadRequest):
        parse(b"\xef\xbb\xbf\xef\xbb\xbf1")
    with pytest.raises(BadRequest, match="not UTF-8 text: byte 5"):
        parse(b"\xef\xbb\xbf1\xff")
