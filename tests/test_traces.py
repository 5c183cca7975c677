"""Looking for what was typed must never find the test that typed it."""

from __future__ import annotations

import py_compile
from pathlib import Path

import pytest

from tests.e2e import exact_search, watched
from tests.support.traces import canary, files_with


@pytest.mark.parametrize("module", [watched, exact_search])
def test_no_compiled_file_of_a_test_holds_its_canary(module: object, tmp_path: Path) -> None:
    source = str(getattr(module, "__file__", ""))
    compiled = py_compile.compile(source, cfile=str(tmp_path / "compiled.pyc"), doraise=True)
    assert compiled
    typed = str(getattr(module, "CANARY", ""))
    assert len(typed) > len("Canary")
    assert files_with(typed, tmp_path, Path(source).parent) == []


def test_what_a_file_holds_is_found(tmp_path: Path) -> None:
    word = canary()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "log.txt").write_text(f"somebody typed {word} here")
    (tmp_path / "other.txt").write_text("nothing")
    assert files_with(word, tmp_path) == [tmp_path / "deep" / "log.txt"]
