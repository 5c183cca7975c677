"""The licence of everything the app runs on: stated, from where, and never passed over."""

from __future__ import annotations

from email.message import Message

import pytest

from scripts import licences


def described(**fields: str) -> Message:
    message = Message()
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    return message


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"License_Expression": "MIT", "License": "other"}, "MIT"),
        ({"License": "BSD-3-Clause", "Classifier": "License :: OSI Approved :: BSD License"}, "BSD-3-Clause"),
        (
            {"License": "Copyright ...\nall of it", "Classifier": "License :: OSI Approved :: BSD License"},
            "BSD License",
        ),
        ({"Classifier": "Topic :: Fake"}, licences.NONE_KNOWN),
    ],
)
def test_the_most_exact_statement_is_taken(fields: dict[str, str], expected: str) -> None:
    assert licences.licence("fake-package", described(**fields)) == expected  # type: ignore[arg-type]


def test_every_package_the_app_runs_on_has_a_licence(capsys: pytest.CaptureFixture[str]) -> None:
    assert licences.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 50
    (folium,) = (line for line in lines if line.startswith("streamlit-folium "))
    assert "MIT" in folium
    assert "github.com/randyzwitch/streamlit-folium" in folium


def test_a_package_without_a_licence_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(licences, "FROM_ELSEWHERE", {})
    assert licences.main() == 1
    assert capsys.readouterr().err == "No licence is known of: streamlit-folium\n"
