"""How every error answer looks."""

from __future__ import annotations

import httpx

FIELDS = {"type", "title", "status", "detail", "errors"}


def assert_problem(answer: httpx.Response, status: int, *errors: tuple[str, str], detail: str | None = None) -> None:
    """The answer is a problem document of this status whose errors are exactly these (pointer, message) pairs."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) <= 4096
    document = answer.json()
    assert set(document) == FIELDS
    assert document["status"] == status
    assert [(error["pointer"], error["message"]) for error in document["errors"]] == list(errors)
    if detail is not None:
        assert document["detail"] == detail
