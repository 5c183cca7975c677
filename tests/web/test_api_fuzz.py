"""What a fuzzer that reads the OpenAPI description finds wrong with the answers: nothing."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import settings
from schemathesis import Case

from tests.support.api_client import ApiClient

# The name is the one under which the fuzzer asks in process.
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", ApiClient(allowed_hosts=("testserver",)).app)


@schema.parametrize()
@settings(max_examples=150, derandomize=True, deadline=None)
def test_every_answer_is_as_the_description_says(case: Case[Any]) -> None:
    case.call_and_validate()


def test_the_description_is_valid_openapi() -> None:
    schema.validate()
