import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BY_STATUS, MAX_BYTES, FieldError, Forbidden, Invalid, NotFound, Problem, shorten


def test_a_problem_is_an_rfc_9457_document():
    problem = Invalid("Some values cannot be used.", [FieldError("/batch_size", "Use 1 to 10000.")])
    assert json.loads(problem.encode()) == {
        "type": "about:blank",
        "title": "Invalid values",
        "status": 422,
        "detail": "Some values cannot be used.",
        "errors": [{"pointer": "/batch_size", "message": "Use 1 to 10000."}],
    }


def test_each_status_has_one_class():
    assert {status: kind.__name__ for status, kind in BY_STATUS.items()} == {
        400: "BadRequest",
        401: "Unauthorized",
        403: "Forbidden",
        404: "NotFound",
        405: "MethodNotAllowed",
        409: "Conflict",
        413: "TooLarge",
        415: "UnsupportedMediaType",
        422: "Invalid",
        429: "TooManyRequests",
        500: "Internal",
        503: "Unavailable",
        507: "InsufficientStorage",
    }


def test_headers_are_kept_and_default_to_none():
    assert NotFound("No such run.").headers == {}
    assert Forbidden("No.", headers={"Vary": "Origin"}).headers == {"Vary": "Origin"}


@given(
    st.text(max_size=6000),
    st.lists(st.builds(FieldError, st.text(max_size=3000), st.text(max_size=3000)), max_size=200),
)
def test_no_problem_is_longer_than_its_bound(detail, errors):
    problem = Problem(detail, errors)
    assert len(problem.encode()) <= MAX_BYTES
    listed = len(problem.document()["errors"])
    if listed < len(errors):
        assert problem.document()["detail"].endswith(f"({len(errors) - listed} more not listed.)")


def test_a_problem_longer_than_its_bound_still_lists_the_first_errors():
    errors = [FieldError(f"/layers/{index}/units", "Use 1 to 512 units.") for index in range(1000)]
    listed = Invalid("Wrong.", errors).document()["errors"]
    assert len(listed) >= 20
    assert listed[0] == {"pointer": "/layers/0/units", "message": "Use 1 to 512 units."}


@pytest.mark.parametrize(("text", "short"), [("", ""), ("abcd", "abcd"), ("abcde", "abc…")])
def test_shortening(text, short):
    assert shorten(text, 4) == short
