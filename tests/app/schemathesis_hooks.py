"""What schemathesis may not send: a request that is right and takes minutes, since it asks to train for minutes."""

from __future__ import annotations

from typing import Any

import schemathesis

LONGEST_STEP = 2
MOST_ALLOWED = 10_000


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Shorten a `step` that the interface allows; what it refuses is sent as it is."""
    body = case.body
    if not isinstance(body, dict) or body.get("command") != "step":
        return
    count = body.get("count")
    if isinstance(count, int) and LONGEST_STEP < count <= MOST_ALLOWED:
        case.body = {**body, "count": LONGEST_STEP}
