"""What the components on a page send, in place of their scripts in a browser."""

from __future__ import annotations

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

HERE = {"lat_deg": 44.95, "lon_deg": -93.26, "accuracy_m": 100}


def component(app: AppTest, key: str) -> Any:  # noqa: ANN401 - nothing public speaks for a component
    (made,) = [one for one in app.get("bidi_component") if one.key == key]
    return made.proto


def trigger(app: AppTest, key: str, event: str, value: object) -> AppTest:
    """Send what a component's own script sends for one of its events, or anything a forger would."""
    states = WidgetStates()
    sent = states.widgets.add(id=_make_trigger_id(component(app, key).id, "events"))
    sent.json_trigger_value = json.dumps([{"event": event, "value": value}])
    return app._run(states)  # noqa: SLF001 - nothing public speaks for a component


def send(app: AppTest, value: object) -> AppTest:
    """Send what the location button's script would send, or anything a forger would."""
    return trigger(app, "locate", "located", value)
