"""What a browser's location button sends."""

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


def send(app: AppTest, value: object) -> AppTest:
    """Send what the button's own script would send, or anything a forger would."""
    states = WidgetStates()
    trigger = states.widgets.add(id=_make_trigger_id(component(app, "locate").id, "events"))
    trigger.json_trigger_value = json.dumps([{"event": "located", "value": value}])
    return app._run(states)  # noqa: SLF001
