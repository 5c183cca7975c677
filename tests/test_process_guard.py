"""A test that starts a process says so, or fails: thus `make check` stays quick by itself."""

from __future__ import annotations

import pytest

from tests.support.process_guard import IN_VAIN, NOT_SAID

TESTS = """
    import os, subprocess, sys, threading
    import pytest

    @pytest.fixture(scope="module")
    def server():
        return start()

    @pytest.fixture
    def app_server():
        return start()

    def start():
        return subprocess.run([sys.executable, "--version"], check=True)

    def test_starts_nothing():
        pass

    def test_starts_one():
        start()

    def test_forks():
        process = os.fork()
        if not process:
            os._exit(0)
        os.waitpid(process, 0)

    def test_hides_it():
        thread = threading.Thread(target=start)
        thread.start()
        thread.join()

    def test_has_a_fixture_start_one(server):
        pass

    def test_uses_what_another_started(server):
        pass

    def test_uses_the_shared_server(app_server):
        pass

    @pytest.mark.process
    def test_says_so():
        start()

    @pytest.mark.process
    def test_says_so_in_vain():
        pass
"""


@pytest.fixture
def made(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with these tests in it."""
    pytester.makepyfile(TESTS)
    return pytester


def run(made: pytest.Pytester, *options: str) -> pytest.RunResult:
    alone = ("-p", "no:cacheprovider")
    return made.runpytest_inprocess(*alone, "-p", "tests.support.process_guard", *options)


@pytest.mark.process
def test_a_test_that_starts_a_process_without_saying_so_fails(made: pytest.Pytester) -> None:
    result = run(made)
    # One more starts nothing, one says so, and one takes the shared server, which says it for all.
    result.assert_outcomes(passed=3, failed=6)
    for name in ("starts_one", "forks", "hides_it", "has_a_fixture_start_one", "uses_what_another_started"):
        result.stdout.fnmatch_lines(f"*::test_{name} {NOT_SAID}*")
    result.stdout.fnmatch_lines(f"*::test_says_so_in_vain {IN_VAIN}")


@pytest.mark.process
def test_the_quick_loop_leaves_out_what_is_marked_and_what_takes_a_shared_server(
    made: pytest.Pytester,
) -> None:
    run(made, "-m", "not browser and not process and not fuzzer").assert_outcomes(
        passed=1, failed=5, deselected=3
    )


def test_a_test_in_a_browser_and_one_of_the_fuzzers_are_told_by_what_they_use(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        test_page="""
            import pytest

            @pytest.fixture
            def chromium_path():
                return "/no/such/browser"

            def test_in_a_browser(chromium_path):
                pass
        """,
        test_questions="""
            import schemathesis

            def test_of_the_fuzzers():
                pass
        """,
    )
    run(pytester, "-m", "browser").assert_outcomes(passed=1, deselected=1)
    run(pytester, "-m", "fuzzer").assert_outcomes(passed=1, deselected=1)


def test_modules_that_wait_for_processes_come_first_and_stay_in_order(pytester: pytest.Pytester) -> None:
    quick = "def test_one(): pass"
    waits = "import pytest\n@pytest.mark.process\ndef test_one(): pass\ndef test_two(): pass"
    pytester.makepyfile(test_a=quick, test_b=waits, test_c=quick, test_d=waits)
    listed = run(pytester, "--collect-only", "-q").stdout.lines
    files = [line.partition("::")[0] for line in listed if "::" in line]
    assert files == ["test_b.py", "test_b.py", "test_d.py", "test_d.py", "test_a.py", "test_c.py"]
