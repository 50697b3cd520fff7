"""What each right allows, asked where things are done; who somebody is; and the record of what they did."""

from __future__ import annotations

import json
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

import geodata
import scenarios
from access import audit, roles
from access.roles import SERVER, Person, RefusedError, Right
from files.faults import InputError
from geodata.county import load_county
from geodata.editing.datasets import name_dataset, save_dataset
from geodata.editing.figures import figures_of
from scenarios.drafts import Drafts
from scenarios.library import Library
from scenarios.scenario import load_scenario
from serving import answers
from serving.login import Login, Method
from serving.processes import work
from serving.settings import settings_in

NOW = 1_800_000_000.0
OIDC = """\
hosts: [planung]
login:
  method: oidc
  address: https://planung.kreis.example/kim
  metadata: https://anmeldung.kreis.example/.well-known/openid-configuration
  client_id: kim
  client_secret: geheim
  cookie_secret: 0123456789abcdef0123456789abcdef
  roles: realm_access.roles
  hours: 2
  rights: {read: ["*"], plan: [planung], administer: [verwaltung, "05558"]}
audit: {most_mb: 0.0005, files: 3}
"""
HEADER = """\
login:
  method: header
  proxies: [127.0.0.1, 10.1.0.0/24]
  id: Remote-User
  roles: Remote-Groups
  rights: {read: [lesen], plan: [planung]}
"""


@pytest.fixture
def log_in(tmp_path: Path) -> Iterator[Callable[[Right | None], None]]:
    """Has somebody with a right ask from now on; a record is kept."""
    record = audit.Record(tmp_path / "audit", 100_000, 3)
    audit.keep(record)
    yield lambda right: roles.identify_by(lambda: Person("m.muster", "Maria Muster", right))
    audit.keep(None)
    roles._WHO.clear()


def settings_of(folder: Path, text: str) -> object:
    (folder / "settings.yaml").write_text(text, encoding="utf-8")
    return settings_in(folder / "settings.yaml")


def lines(folder: Path) -> list[dict[str, object]]:
    text = (folder / "audit" / audit.FILE).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_each_right_allows_what_it_should_and_the_rest_is_refused_where_it_is_done(
    tmp_path: Path, log_in: Callable[[Right | None], None]
) -> None:
    kept = Library(tmp_path)
    scenario = load_scenario(scenarios.SCENARIOS / "modell-1-zentral.yaml")
    county = load_county(geodata.COUNTIES / "05558-coesfeld")
    log_in(Right.ADMINISTER)
    mine, other = kept.save_new(scenario), kept.save_new(scenario)
    assert mine.scenario is not None
    digest = mine.scenario.source.digest
    kept.remove(other, digest)
    removed, version = kept.removed()[0], kept.versions(mine)[0]
    # The name of the person, whatever somebody typed.
    assert (removed.record.who, version.who) == ("Maria Muster", "Maria Muster")
    drafts, figures = Drafts(tmp_path / "drafts"), figures_of(county)

    def save_figures() -> object:
        return save_dataset(county, figures, name="neu", vintage=date(2026, 1, 1), folder=tmp_path / "counties")

    shutil.copytree(county.folder, kept.counties_folder / "05558-alt-2025-12-31")
    (dataset,) = [entry for entry in kept.counties() if not entry.shipped]

    def remove_and_restore() -> object:
        kept.remove_county(dataset)
        return kept.restore_county(kept.removed_counties()[0])

    asked: list[tuple[Right, Callable[[], object]]] = [
        (Right.READ, answers.entries),
        (Right.READ, lambda: work().ask("rights", len, ())),
        (Right.PLAN, lambda: kept.save_new(scenario)),
        (Right.PLAN, lambda: kept.save(mine, scenario, digest)),
        (Right.PLAN, lambda: kept.restore_version(mine, version, digest)),
        (Right.PLAN, lambda: drafts.begin("rules", "x", None, {})),
        (Right.ADMINISTER, lambda: drafts.begin("data", "x", None, {})),
        (Right.ADMINISTER, lambda: kept.purge(removed)),
        (Right.ADMINISTER, save_figures),
        (Right.ADMINISTER, lambda: name_dataset(dataset.folder, "Alte Zahlen")),
        (Right.ADMINISTER, remove_and_restore),
        (Right.ADMINISTER, lambda: kept.remove(mine, digest)),
    ]
    for held in (None, Right.READ, Right.PLAN):
        log_in(held)
        before = {path for path in tmp_path.rglob("*") if "audit" not in path.parts}
        for needed, act in asked:
            if held is None or needed > held:
                with pytest.raises(RefusedError):
                    act()
        assert {path for path in tmp_path.rglob("*") if "audit" not in path.parts} == before
        for needed, act in asked:
            if held is not None and needed == held:
                act()
    log_in(Right.ADMINISTER)
    for needed, act in asked:
        if needed is Right.ADMINISTER:
            act()
    written = lines(tmp_path)
    assert {line["who"] for line in written} == {"m.muster"}
    assert {line["what"] for line in written if "refused" in line} == {
        "scenarios.list", "compute", "scenario.save", "scenario.restore-version", "draft.keep", "scenario.purge",
        "dataset.save", "dataset.rename", "dataset.remove", "scenario.remove",
    }  # fmt: skip
    done = [(line["what"], line["about"]) for line in written if "refused" not in line]
    assert done[:3] == [("scenario.save", mine.id), ("scenario.save", other.id), ("scenario.remove", other.id)]
    assert done[-6:] == [
        ("scenario.purge", other.id),
        ("dataset.save", "05558-neu-2026-01-01"),
        ("dataset.rename", dataset.folder.name),
        ("dataset.remove", dataset.folder.name),
        ("dataset.restore", dataset.folder.name),
        ("scenario.remove", mine.id),
    ]
    assert scenario.name not in json.dumps(written, ensure_ascii=False)


def test_nobody_is_asked_without_a_login_and_nobody_gets_in_with_one() -> None:
    assert all(map(roles.allowed, Right))
    assert roles.signed("AB") == "AB"
    roles.identify_by(lambda: None)
    try:
        assert not any(map(roles.allowed, Right))
        # What the server does by itself.
        roles.identify_by(lambda: SERVER)
        assert all(map(roles.allowed, Right))
        assert roles.signed("AB") == "AB"
    finally:
        roles._WHO.clear()


def test_a_person_is_who_the_provider_says(tmp_path: Path) -> None:
    found = settings_of(tmp_path, OIDC)
    assert found.hosts == ("planung", "planung.kreis.example")
    assert found.base == "kim"
    login: Login = found.login
    assert login.secrets["auth"]["redirect_uri"] == "https://planung.kreis.example/kim/oauth2callback"
    claims = {"is_logged_in": True, "iat": NOW, "email": "m@kreis.example", "name": "Maria Muster"}

    def right(**more: object) -> Right | None:
        person = login.person(claims | more, NOW)
        assert person is not None
        assert (person.id, person.name) == ("m@kreis.example", "Maria Muster")
        return person.right

    assert right() is Right.READ
    assert right(realm_access={"roles": ["x", "planung"]}) is Right.PLAN
    assert right(realm_access={"roles": "verwaltung"}) is Right.ADMINISTER
    assert right(realm_access=["verwaltung"]) is Right.READ
    assert right(roles=["verwaltung"], **{"realm_access.roles": ["planung"]}) is Right.PLAN
    for wrong in ({"is_logged_in": "true"}, {"is_logged_in": False}, {"email": ""}, {"iat": None}, {"iat": NOW + 60}):
        assert login.person(claims | wrong, NOW) is None
    assert login.person(claims, NOW + 2 * 3600 + 1) is None


def test_a_person_is_who_the_proxy_says(tmp_path: Path) -> None:
    found = settings_of(tmp_path, HEADER)
    login: Login = found.login
    assert (login.method, login.secrets, found.audit) == (Method.HEADER, {}, None)
    assert sorted(login.headers) == ["Remote-Groups", "Remote-User", "kim-connected"]
    person = login.person({"kim_id": "mm", "kim_roles": "lesen, planung", "kim_connected": str(NOW)}, NOW)
    assert person == Person("mm", "mm", Right.PLAN)
    assert login.person({"kim_id": "mm", "kim_roles": None, "kim_connected": str(NOW)}, NOW).right is None
    assert login.person({"kim_id": None, "kim_connected": str(NOW)}, NOW) is None
    assert login.person({"kim_id": "mm", "kim_connected": None}, NOW) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("login: {method: oidc}\n", "the key “address” is missing"),
        ("login: {method: ldap}\n", "“ldap” is no way to log in"),
        ("login: oidc\n", "is no way to log in"),
        (OIDC.replace("0123456789abcdef\n", "\n"), "cookie_secret: a secret of 32 signs or more"),
        (OIDC.replace("https://planung", "planung"), "this is no address of a page"),
        (OIDC.replace("hours: 2", "hours: 0"), "a number above 0"),
        (OIDC.replace("hours: 2", "hours: nan"), "“nan” is no number"),
        (OIDC.replace("planung: ", "").replace("plan:", "plans:"), "the key “plans” is not known"),
        (HEADER.replace("10.1.0.0/24", "10.1.0.1/24"), "is no address of a machine or network"),
        (HEADER.replace("  id: Remote-User\n", ""), "the key “id” is missing"),
        ("audit: {files: 2.5}\n", "“2.5” is no number"),
        ("host: a\n", "the key “host” is not known"),
    ],
)
def test_what_is_wrong_with_settings_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        settings_of(tmp_path, text)


def test_the_settings_shown_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(scenarios.__file__).parents[1] / "docs" / "betrieb.md").read_text("utf-8")
    monkeypatch.setenv("KIM_COOKIE_SECRET", "0" * 32)
    shown = [settings_of(tmp_path, text) for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    assert [found.login.method for found in shown] == [Method.OIDC, Method.HEADER]
    assert {found.base for found in shown} == {"kim"}


def test_a_login_without_its_packages_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.settings._PACKAGES", ("authlib", "kim_is_not_there"))
    with pytest.raises(InputError, match=r"packages for this login are missing.*\[login\]"):
        settings_of(tmp_path, OIDC)


def test_secrets_may_come_as_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIM_CLIENT_SECRET", "andere")
    found = settings_of(tmp_path, OIDC.replace("  client_secret: geheim\n", ""))
    assert found.login.secrets["auth"]["client_secret"] == "andere"
    assert "andere" not in repr(found)


def test_the_record_is_for_its_owner_alone_and_turns_when_it_is_full(
    tmp_path: Path, own_data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record = settings_of(tmp_path, OIDC).audit
    assert record.folder == own_data / "audit"
    audit.keep(record)
    try:
        for number in range(20):
            audit.note("m", "scenario.save", f"saved/{number}")
        files = sorted(path.name for path in record.folder.glob("*.jsonl"))
        assert files == ["audit.1.jsonl", "audit.2.jsonl", "audit.jsonl"]
        texts = [(record.folder / name).read_text("utf-8") for name in (files[1], files[0], files[2])]
        written = [json.loads(line) for line in "".join(texts).splitlines()]
        numbers = [int(line["about"].removeprefix("saved/")) for line in written]
        assert numbers == list(range(20 - len(numbers), 20))
        for path in record.folder.glob("*.jsonl"):
            assert path.stat().st_size <= record.most_bytes
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(record.folder.stat().st_mode) == 0o700
        # What cannot be noted stops nobody.
        shutil.rmtree(record.folder)
        record.folder.write_text("")
        audit.note("m", "scenario.save")
        assert "cannot be written" in caplog.text
    finally:
        audit.keep(None)
