"""The operator's settings: every default works, every mistake is named with what is allowed."""

from __future__ import annotations

import re
import tomllib
import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from locator.errors import SettingsError
from locator.installation import PROJECT_ROOT
from locator.settings.geocoders import GeocoderTable
from locator.settings.loading import Settings, load_settings

OSM = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


def load(tmp_path: Path, text: str = "", **environ: str) -> Settings:
    """Settings from a file with this text and these variables, and nothing from this machine."""
    (tmp_path / "locator.toml").write_text(text, encoding="utf-8")
    return load_settings(tmp_path, environ)


def arguments_of(table: GeocoderTable) -> Mapping[str, str | int]:
    """The arguments of a table that names a service, secrets in the clear."""
    choice = table.choice()
    assert choice is not None
    return choice.arguments


def test_without_a_file_or_variables_every_default_works(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings == Settings()
    assert settings.practice_name == "iSpine Pain Physicians"
    assert settings.practice_phone == "763-201-8191"
    assert settings.tile_url == OSM
    assert settings.tile_attribution == "© OpenStreetMap contributors"
    assert settings.allowed_hosts == ("localhost",)
    assert settings.frame_ancestors == ()
    assert settings.data_dir == PROJECT_ROOT / "data"


def test_the_example_file_states_every_setting_with_its_default(project_root: Path) -> None:
    text = (project_root / "locator.example.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == set(Settings.model_fields)
    (example := tomllib.loads(text)).pop("data_dir")
    assert Settings(**example) == Settings()


def test_the_file_overrides_a_default_and_a_variable_overrides_the_file(tmp_path: Path) -> None:
    text = 'practice_name = "Example Clinic"\npractice_phone = "612-555-0100"'
    settings = load(tmp_path, text, LOCATOR_PRACTICE_PHONE="612-555-0101", PATH="/bin")
    assert settings.practice_name == "Example Clinic"
    assert settings.practice_phone == "612-555-0101"


def test_a_list_is_written_as_a_list_in_the_file_and_with_commas_in_a_variable(tmp_path: Path) -> None:
    text = 'allowed_hosts = ["A.example", "*.b.example"]\nframe_ancestors = ["self"]'
    assert load(tmp_path, text).allowed_hosts == ("a.example", "*.b.example")
    assert load(tmp_path, text).frame_ancestors == ("'self'",)
    assert load(tmp_path, text, LOCATOR_ALLOWED_HOSTS="c.example, d.example").allowed_hosts == (
        "c.example",
        "d.example",
    )
    assert load(tmp_path, text, LOCATOR_FRAME_ANCESTORS="").frame_ancestors == ()


def test_a_relative_data_dir_starts_at_the_files_folder(tmp_path: Path) -> None:
    assert load(tmp_path, 'data_dir = "elsewhere"').data_dir == tmp_path / "elsewhere"
    assert load(tmp_path, LOCATOR_DATA_DIR="/srv/data").data_dir == Path("/srv/data")


@pytest.mark.parametrize(
    ("written", "kept"), [("", ""), ("/", ""), ("/clinics/", "clinics"), ("a/b-c", "a/b-c")]
)
def test_a_base_path_is_kept_without_slashes_around_it(tmp_path: Path, written: str, kept: str) -> None:
    assert load(tmp_path, LOCATOR_BASE_PATH=written).base_path == kept


def test_a_proxys_header_and_addresses_are_read_and_checked(tmp_path: Path) -> None:
    text = 'client_address_header = "X-Forwarded-For"\ntrusted_proxies = ["192.0.2.10"]'
    assert load(tmp_path, text).client_address_header == "x-forwarded-for"
    assert load(tmp_path, text).trusted_proxies == ("192.0.2.10/32",)
    for wrong in ('client_address_header = "Forwarded"', 'client_address_header = "a b"'):
        with pytest.raises(SettingsError, match="addresses alone"):
            load(tmp_path, wrong)
    with pytest.raises(SettingsError, match="IP addresses or networks"):
        load(tmp_path, 'trusted_proxies = ["proxy.example"]')


def test_an_addresss_share_of_the_open_pages_can_be_turned_off(tmp_path: Path) -> None:
    assert load(tmp_path).most_visits_per_address == 100
    assert load(tmp_path, "most_visits_per_address = 7").most_visits_per_address == 7
    assert load(tmp_path, LOCATOR_MOST_VISITS_PER_ADDRESS="none").most_visits_per_address is None
    with pytest.raises(SettingsError, match="most_visits_per_address is '0'"):
        load(tmp_path, "most_visits_per_address = 0")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().practice_name = "Example Clinic"


def test_an_environment_file_lying_about_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LOCATOR_PRACTICE_NAME=Example Clinic\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOCATOR_PRACTICE_NAME", "Example Clinic")
    assert load_settings(tmp_path, {}).practice_name == "iSpine Pain Physicians"


@pytest.mark.parametrize("word", ["none", "None", " NONE "])
def test_the_word_none_turns_tiles_off(tmp_path: Path, word: str) -> None:
    settings = load(tmp_path, f'tile_url = "{word}"')
    assert settings.tile_url is None
    assert settings.tile_origin is None


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        (OSM, "https://tile.openstreetmap.org"),
        ("https://{s}.tile.example/{z}/{x}/{y}{r}.png?style=a", "https://*.tile.example"),
        ("https://tiles.example:8443/{z}/{x}/{y}", "https://tiles.example:8443"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}.png", "http://127.0.0.1:8080"),
        ("http://localhost/{z}/{x}/{y}.png", "http://localhost"),
    ],
)
def test_the_tile_origin_is_the_host_tiles_come_from(tmp_path: Path, url: str, origin: str) -> None:
    assert load(tmp_path, LOCATOR_TILE_URL=url).tile_origin == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tile.example/{z}/{x}/{y}.png",
        "http://tile.example/{z}/{x}/{y}.png",
        "http://localhost.evil.example/{z}/{x}/{y}.png",
        "http://localhost@evil.example/{z}/{x}/{y}.png",
        "javascript://tile.example/{z}/{x}/{y}",
        "https://tile.example/{z}/{x}.png",
        "https://tile.example/{z}/{z}/{x}/{y}.png",
        "https://tile.example/{z}/{x}/{y}/{w}.png",
        "https://tile.example/{{z}}/{x}/{y}.png",
        "https://tile.example/{z}/{x}/{y}{{7*7}}.png",
        "https://tile.example/{z}/{x}/{y}{%raw%}",
        "https://tile.example/{z}/{x}/{y}.png'",
        'https://tile.example/{z}/{x}/{y}.png"',
        "https://tile.example/{z}/{x}/{y}.png`${alert(1)}`",
        "https://tile.example/{z}/{x}/{y}.png\\",
        "https://tile.example/{z}/{x}/{y}.png; script-src *",
        "https://tile.example; script-src */{z}/{x}/{y}.png",
        "https://tile.example/{z}/{x}/{y}\n.png",
        "https://user@tile.example/{z}/{x}/{y}.png",
        "https://{s}tile.example.org/{z}/{x}/{y}.png",
        "https://tile.{s}.example/{z}/{x}/{y}.png",
        "https://{s}.example/{z}/{x}/{y}.png",
        "https://{x}.example/{z}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
    ],
)
def test_a_tile_url_that_could_do_more_than_fetch_tiles_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="LOCATOR_TILE_URL") as raised:
        load(tmp_path, LOCATOR_TILE_URL=url)
    assert "{z}, {x} and {y}" in str(raised.value)


@given(st.text(alphabet="{}zxysr%#*7'\"`$;, ./\\<>\n\u2060a", max_size=30))
def test_no_accepted_tile_url_holds_a_template_delimiter_or_leaves_its_header(tail: str) -> None:
    try:
        settings = Settings.model_validate({"tile_url": OSM + tail})
    except ValidationError:
        return
    assert settings.tile_url is not None
    bare = re.sub(r"\{[zxyrs]\}", "", settings.tile_url)
    assert not set(bare) & set("{}'\"`$; \\<>\n")
    assert settings.tile_origin == "https://tile.openstreetmap.org"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("practice_name", ""),
        ("practice_name", "a" * 201),
        ("practice_name", "<b>Example</b>"),
        ("practice_name", "{{ 7*7 }}"),
        ("practice_name", "Example\x1b[2J"),
        ("practice_phone", "call us"),
        ("practice_phone", "612-555-0100;ext=1"),
        ("practice_website", "http://clinic.example/"),
        ("practice_website", "javascript:alert(1)"),
        ("practice_website", 'https://clinic.example/"onclick="x'),
        ("tile_attribution", "<a href=x>tiles</a>"),
        ("tile_attribution", "{{ 7*7 }}"),
        ("tile_attribution_url", "none"),
        ("allowed_hosts", "https://clinics.example"),
        ("allowed_hosts", "clinics.example:8501"),
        ("allowed_hosts", "clinics.*"),
        ("allowed_hosts", "a.example b.example"),
        ("base_path", "a b"),
        ("base_path", "../x"),
        ("base_path", "{x}"),
        ("base_path", "https://clinics.example"),
        ("frame_ancestors", "*"),
        ("frame_ancestors", "http://www.example"),
        ("frame_ancestors", "https://www.example/page"),
        ("frame_ancestors", "https://www.example; script-src *"),
    ],
)
def test_a_bad_value_is_refused_where_it_stands_with_what_is_allowed(
    tmp_path: Path, key: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=rf"LOCATOR_{key.upper()} is .+; allowed: .+"):
        load(tmp_path, **{f"LOCATOR_{key.upper()}": value})


def test_every_bad_value_is_reported_at_once_by_file_or_variable(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, 'tile_ulr = "none"\npractice_phone = 7', LOCATOR_PRACTICE_NAME="{}")
    lines = str(raised.value).splitlines()
    assert len(lines) == 3
    assert any(line.startswith("locator.toml: practice_phone is '7'; allowed:") for line in lines)
    assert "locator.toml: tile_ulr: there is no such setting; did you mean tile_url?" in lines
    assert any(line.startswith("LOCATOR_PRACTICE_NAME is '{}'; allowed: plain text") for line in lines)


def test_a_variable_that_names_no_setting_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="LOCATOR_TILES: there is no such setting; did you mean tile_url"):
        load(tmp_path, LOCATOR_TILES="none")


def test_an_unknown_key_unlike_any_other_is_answered_with_all_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"locator\.toml: qqq: .*practice_name.*data_dir"):
        load(tmp_path, "qqq = 1")


@pytest.mark.parametrize("key", ["geocoder_key", "password", "api_token", "SMTP_PASSWORD", "client_secret"])
def test_a_secret_in_the_file_is_refused_with_advice_and_without_showing_it(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match="secrets never go into this file") as raised:
        load(tmp_path, f'{key} = "hunter2"')
    assert key in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_a_file_that_is_not_toml_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"locator\.toml is not valid TOML: .*line 2"):
        load(tmp_path, 'practice_name = "Example"\npractice_phone = = 1')
    (tmp_path / "locator.toml").write_bytes(b"practice_name = '\xff'")
    with pytest.raises(SettingsError, match=r"locator\.toml is not valid TOML"):
        load_settings(tmp_path, {})


def test_a_file_that_cannot_be_read_is_an_error_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "locator.toml").mkdir()
    with pytest.raises(SettingsError, match=r"locator\.toml cannot be read") as raised:
        load_settings(tmp_path, {})
    assert str(tmp_path) not in str(raised.value)


PELIAS = '[patient_geocoder]\nservice = "pelias"\narguments.domain = "geo.example"\n'


def test_clinics_are_placed_by_the_public_nominatim_and_people_by_nobody_unless_the_operator_says_so() -> (
    None
):
    settings = Settings()
    assert (settings.clinic_geocoder.service, settings.clinic_geocoder.timeout_s) == ("nominatim", 10.0)
    assert (settings.patient_geocoder.service, settings.patient_geocoder.timeout_s) == (None, 2.5)
    assert settings.clinic_geocoder.requests_per_second == 1.0
    assert settings.patient_geocoder.display_name is None


def test_a_table_is_joined_from_the_file_and_variables(tmp_path: Path) -> None:
    table = load(
        tmp_path,
        PELIAS + 'display_name = "Example Maps"\nrequests_per_second = 2\n',
        LOCATOR_PATIENT_GEOCODER__ARGUMENTS__API_KEY="12345",
        LOCATOR_PATIENT_GEOCODER__REQUESTS_PER_SECOND="5",
    ).patient_geocoder
    assert (table.service, table.display_name, table.requests_per_second) == ("pelias", "Example Maps", 5.0)
    assert arguments_of(table) == {"domain": "geo.example", "api_key": "12345"}


def test_a_table_can_come_from_variables_alone(tmp_path: Path) -> None:
    variables = {"SERVICE": " ArcGIS ", "ARGUMENTS__TOKEN_LIFETIME": "30", "ARGUMENTS__DOMAIN": "geo.example"}
    named = {f"LOCATOR_CLINIC_GEOCODER__{name}": value for name, value in variables.items()}
    table = load(tmp_path, **named).clinic_geocoder
    assert table.service == "arcgis"
    assert arguments_of(table) == {"token_lifetime": "30", "domain": "geo.example"}
    assert load(tmp_path, LOCATOR_CLINIC_GEOCODER__SERVICE="None").clinic_geocoder.service is None


def test_a_key_from_a_variable_is_shown_nowhere(tmp_path: Path) -> None:
    variables = {
        "LOCATOR_PATIENT_GEOCODER__ARGUMENTS__API_KEY": "hunter2",
        "LOCATOR_CLINIC_GEOCODER__ARGUMENTS__PROXIES": "http://tester:hunter2@proxy.example:3128",
    }
    settings = load(tmp_path, PELIAS, **variables)
    assert "hunter2" not in repr(settings) + str(settings)
    for wrong in (
        {"LOCATOR_PATIENT_GEOCODER__TIMEOUT_S": "-1"},
        {"LOCATOR_PATIENT_GEOCODER__SERVICE": "photon"},
        {"LOCATOR_PATIENT_GEOCODER__ARGUMENTS__API_KEY": ""},
        {"LOCATOR_PATIENT_GEOCODER__ARGUMENTS__SCHEME": "http"},
        {"LOCATOR_PATIENT_GEOCODER__ARGUMENTS__PASSWORD": "hunter2"},
        {"LOCATOR_PATIENT_GEOCODER__ARGUMENTS__API_KEY__X": "hunter2"},
        {"LOCATOR_PATIENT_GEOCODER": '{"arguments": {"api_key": "hunter2"}}'},
        {"LOCATOR_PRACTICE_NAME__X": "hunter2"},
    ):
        with pytest.raises(SettingsError) as raised:
            load(tmp_path, PELIAS, **{**variables, **wrong})
        assert "hunter2" not in "".join(traceback.format_exception(raised.value))


def test_a_table_made_by_hand_does_not_show_a_key_either() -> None:
    with pytest.raises(ValidationError) as raised:
        GeocoderTable(service="photon", arguments={"api_key": "hunter2"})
    assert "photon takes no argument 'api_key'" in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    "line",
    [
        'arguments.api_key = "hunter2"',
        'arguments.apikey = "hunter2"',
        'arguments.username = "hunter2"',
        'arguments.app_code = "hunter2"',
        'arguments.proxies = "http://tester:hunter2@proxy.example"',
        'api_key = "hunter2"',
    ],
)
def test_a_key_in_a_table_of_the_file_is_refused_with_the_variable_for_it(tmp_path: Path, line: str) -> None:
    with pytest.raises(SettingsError, match=r"Set the variable LOCATOR_PATIENT_GEOCODER__") as raised:
        load(tmp_path, f"[patient_geocoder]\n{line}\n")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (
            'service = "nominatum"',
            r"locator\.toml: patient_geocoder: service: .* did you mean nominatim\? allowed: none, arcgis,",
        ),
        (
            'service = "what3words"',
            "there is no service 'what3words'; ",
        ),
        (
            'service = "photon"\narguments.domian = "geo.example"',
            "photon takes no argument 'domian'; allowed: domain, proxies, scheme",
        ),
        ('service = "photon"\narguments.user_agent = "x"', "photon takes no argument 'user_agent'"),
        ('service = "photon"\narguments.timeout = 5', "photon takes no argument 'timeout'"),
        ('service = "pelias"', "pelias needs domain"),
        ('service = "mapbox"', "mapbox needs api_key"),
        ('service = "photon"\narguments.domain = 5', "domain is text"),
        ('service = "photon"\narguments.domain = true', r"arguments\.domain: text of 1 to 500 characters"),
        ('service = "photon"\narguments.domain = "https://geo.example"', "domain is a host name"),
        ('service = "photon"\narguments.domain = "a@geo.example"', "domain is a host name"),
        ('service = "arcgis"\narguments.token_lifetime = "long"', "token_lifetime is a whole number"),
        ('service = "photon"\narguments.scheme = "ftp"', "scheme is "),
        ('service = "photon"\narguments.scheme = "http"', "only for a service on this machine"),
        (
            'service = "photon"\narguments = {scheme = "http", domain = "127.0.0.1.example"}',
            "only for a service on this machine",
        ),
        ('service = "here"\narguments.scheme = "http"', "only for a service on this machine"),
        ('service = "nominatim"', "openstreetmap.org's servers allows no personal data"),
        (
            'service = "nominatim"\narguments.domain = "Nominatim.OpenStreetMap.org.:443/"',
            "allows no personal data",
        ),
        (
            'service = "photon"\narguments.domain = "nominatim.openstreetmap.org"',
            "allows no personal data",
        ),
        (
            "timeout_s = 2.6",
            "patient_geocoder.timeout_s is '2.6'; allowed: a number above 0 .* 2.5",
        ),
        ("requests_per_second = 0", "patient_geocoder.requests_per_second is '0'; allowed:"),
        ("requests_per_second = inf", "patient_geocoder.requests_per_second is 'inf'; allowed:"),
        ('display_name = "{{ 7*7 }}"', "patient_geocoder.display_name is .*; allowed: plain text"),
        ('servce = "none"', "patient_geocoder.servce: there is no such setting; did you mean service"),
    ],
)
def test_a_table_that_names_no_usable_service_is_refused_with_the_reason(
    tmp_path: Path, table: str, says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        load(tmp_path, f"[patient_geocoder]\n{table}\n")


def test_a_geocoder_of_ones_own_on_this_machine_may_do_without_encryption(tmp_path: Path) -> None:
    for domain in ("localhost:8088", "127.0.0.1:8088", "[::1]:8088/nominatim"):
        text = (
            f'[patient_geocoder]\nservice = "nominatim"\narguments = {{scheme = "http", domain = "{domain}"}}'
        )
        assert arguments_of(load(tmp_path, text).patient_geocoder)["domain"] == domain


def test_clinics_may_wait_longer_than_people(tmp_path: Path) -> None:
    assert load(tmp_path, "[clinic_geocoder]\ntimeout_s = 30").clinic_geocoder.timeout_s == 30.0


def test_arguments_cannot_be_changed(tmp_path: Path) -> None:
    arguments = load(tmp_path, PELIAS).patient_geocoder.arguments
    with pytest.raises(TypeError, match="does not support item assignment"):
        arguments["domain"] = "evil.example"  # type: ignore[index]


@pytest.mark.parametrize(
    ("variable", "says"),
    [
        (
            "LOCATOR_PATIENT_GEOCODER",
            "several values: set each one, such as LOCATOR_PATIENT_GEOCODER__SERVICE",
        ),
        ("LOCATOR_PRACTICE_NAME__SERVICE", "practice_name is one value"),
        ("LOCATOR_PATIENT__SERVICE", "there is no such setting; did you mean patient_geocoder"),
        ("LOCATOR_PATIENT_GEOCODER__SERVCE", "LOCATOR_PATIENT_GEOCODER__SERVCE: there is no such setting"),
        ("LOCATOR_PATIENT_GEOCODER__TIMEOUT_S", "LOCATOR_PATIENT_GEOCODER__TIMEOUT_S is 'x'; allowed:"),
    ],
)
def test_a_variable_in_a_table_is_named_in_full_where_it_is_wrong(
    tmp_path: Path, variable: str, says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        load(tmp_path, **{variable: "x"})


def test_an_argument_of_no_possible_kind_is_one_problem_with_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, PELIAS, LOCATOR_PATIENT_GEOCODER__ARGUMENTS__API_KEY="")
    assert str(raised.value) == (
        "LOCATOR_PATIENT_GEOCODER__ARGUMENTS__API_KEY: text of 1 to 500 characters, or a whole number"
    )


def test_staff_cannot_sign_in_unless_the_operator_says_how() -> None:
    staff = Settings().staff
    assert (staff.accounts_file, staff.has_oidc) == (None, False)
    assert (staff.idle_minutes, staff.two_people, staff.stale_after_days) == (20, False, 90)


def test_staff_settings_come_from_the_file_and_variables(tmp_path: Path) -> None:
    staff = load(
        tmp_path,
        '[staff]\naccounts_file = "/srv/example/staff.json"\ntwo_people = true\n',
        LOCATOR_STAFF__IDLE_MINUTES="5",
        LOCATOR_STAFF__OIDC_EDITORS="Pat@Example.org, kim@example.org",
    ).staff
    assert staff.accounts_file == Path("/srv/example/staff.json")
    assert (staff.idle_minutes, staff.two_people, staff.has_oidc) == (5, True, True)
    assert staff.oidc_editors == ("pat@example.org", "kim@example.org")


def test_accounts_can_lie_in_no_folder_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(PROJECT_ROOT / "data")
    inside = (
        "staff.json",
        "data/staff.json",
        str(PROJECT_ROOT / "staff.json"),
        str(PROJECT_ROOT / "data" / "new" / "staff.json"),
        str(PROJECT_ROOT / ".." / PROJECT_ROOT.name / "staff.json"),
        str(tmp_path / "link" / "staff.json"),
    )
    for path in inside:
        with pytest.raises(SettingsError, match="full path of a file outside the project"):
            load(tmp_path, LOCATOR_STAFF__ACCOUNTS_FILE=path)
    outside = str(tmp_path / "staff.json")
    assert load(tmp_path, LOCATOR_STAFF__ACCOUNTS_FILE=outside).staff.accounts_file == Path(outside)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("idle_minutes = 0", "staff.idle_minutes is '0'; allowed:"),
        ("idle_minutes = 241", "staff.idle_minutes is '241'; allowed:"),
        ("stale_after_days = 0", "staff.stale_after_days is '0'; allowed:"),
        ('oidc_editors = ["example.org"]', "e-mail addresses such as"),
        ('oidc_approvers = ["a@b@c.example"]', "e-mail addresses such as"),
        (
            'oidc_editors = ["pat@example.org"]\noidc_approvers = ["Pat@example.org"]',
            "pat@example.org is in oidc_editors and in oidc_approvers",
        ),
        ('password = "hunter2"', "secrets never go into this file"),
        ("idle_minuts = 5", "staff.idle_minuts: there is no such setting; did you mean idle_minutes"),
    ],
)
def test_a_staff_setting_that_cannot_be_is_refused_with_the_reason(
    tmp_path: Path, line: str, says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        load(tmp_path, f"[staff]\n{line}\n")


def test_a_variable_for_the_whole_staff_table_is_answered_with_an_example_of_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="such as LOCATOR_STAFF__ACCOUNTS_FILE"):
        load(tmp_path, LOCATOR_STAFF="x")
