"""A login with a real provider: three people, what each is offered and refused, and the record of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium.webdriver.remote.webdriver import WebDriver
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from browser import started
from browser.screen import Screen
from scenarios import SCENARIOS

#: People and their roles.
PEOPLE = {"lea": ["lesen"], "paul": ["planung"], "vera": ["verwaltung"]}
SETTINGS = """\
login:
  method: oidc
  address: {application}
  metadata: {provider}/.well-known/openid-configuration
  client_id: kim
  client_secret: geheim
  cookie_secret: 0123456789abcdef0123456789abcdef
  rights: {{read: [lesen], plan: [planung], administer: [verwaltung]}}
audit: {{}}
"""
SAVED = "saved/eigenes"
CLOSED = "This page is closed to you"
pytestmark = pytest.mark.slow


@contextmanager
def provider() -> Iterator[str]:
    """The address of an OpenID Connect provider that knows the people and asks for no password."""
    port = started.free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", f"--port={port}"]
    for id, roles in PEOPLE.items():
        claims = {"sub": id, "email": f"{id}@kreis.example", "name": f"{id.title()} Probe", "roles": roles}
        command += ["--user-claims", json.dumps(claims)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a server with a login, and its data directory with a scenario."""
    folder, data = tmp_path_factory.mktemp("guarded"), tmp_path_factory.mktemp("data")
    (data / "scenarios").mkdir()
    shutil.copy(SCENARIOS / "modell-1-zentral.yaml", data / "scenarios" / "eigenes.yaml")
    port = started.free_port()
    with provider() as known:
        text = SETTINGS.format(application=f"http://127.0.0.1:{port}", provider=known)
        (folder / "settings.yaml").write_text(text, encoding="utf-8")
        with started.application(folder, data, f"--settings={folder / 'settings.yaml'}", port=port) as address:
            yield address, data


def log_in(screen: Screen, person: str) -> None:
    """Comes as nobody and goes on as ``person``, by way of the provider."""
    screen.driver.delete_all_cookies()
    screen.open("method")
    screen.says("Please log in.")
    assert "EUPL" not in screen.text()
    screen.click("Log in")
    screen.until(f"document.querySelector('button[value={person}]') !== null")
    screen.act(lambda: screen.all(f"button[value={person}]")[0].click())
    screen.until("document.querySelector('[data-testid=stApp]') !== null")
    # The provider's page asks for a style sheet outside.
    screen.driver.get_log("browser")


def manage(screen: Screen) -> None:
    """Opens the list of scenarios at the saved one."""
    screen.open("rules", scenario=SAVED)
    screen.click("Scenarios")
    screen.says("Move to the trash")


def status(address: str, **headers: str) -> int:
    """The status of a request made by hand."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def told(address: str, page: str, **headers: str) -> bytes:
    """What the server tells a WebSocket made by hand, until its page is done."""
    rerun = BackMsg()
    rerun.rerun_script.page_name = page
    found = b""
    with connect(f"{address.replace('http', 'ws')}/_stcore/stream", additional_headers=headers) as socket:
        socket.send(rerun.SerializeToString())
        while True:
            content = socket.recv()
            found += content
            if ForwardMsg.FromString(content).WhichOneof("type") == "script_finished":
                return found


def test_three_people_may_do_what_their_roles_say(guarded: tuple[str, Path], driver: WebDriver) -> None:
    address, data = guarded
    with started.screen(driver, address) as screen:
        log_in(screen, "lea")
        # By an address that nobody gave her.
        screen.open("rules", scenario=SAVED)
        screen.says(CLOSED)
        screen.says("Lea Probe")
        assert "Scenarios" not in [button.text for button in screen.all("button")]
        assert {"Scenario rules", "What if", "Data"}.isdisjoint(link.text for link in screen.all("header a"))

        log_in(screen, "paul")
        screen.open("data")
        screen.says(CLOSED)
        manage(screen)
        assert [one for one in screen.all("button:disabled") if one.text.endswith("Move to the trash")]
        screen.click("Copy")
        screen.says("Saved as “Modell 1")

        log_in(screen, "vera")
        manage(screen)
        screen.click("Move to the trash")
        screen.says("is in the trash.")
    lines = [json.loads(line) for line in (data / "audit" / "audit.jsonl").read_text("utf-8").splitlines()]
    noted = [(line["who"].partition("@")[0], line["what"], line["about"]) for line in lines if "refused" not in line]
    copied = next(about for who, what, about in noted if (who, what) == ("paul", "scenario.save"))
    assert ("vera", "scenario.remove", SAVED) in noted
    assert {who for who, what, _ in noted if what == "login"} == set(PEOPLE)
    assert (data / "scenarios" / f"{copied.removeprefix('saved/')}.yaml").exists()
    (version,) = (data / "scenarios" / ".versions" / copied.removeprefix("saved/")).iterdir()
    assert version.stem.endswith("-Paul Probe")
    # Made by hand, and as somebody whom nobody vouches for.
    page = told(address, "rules", Cookie="_streamlit_user=vera", kim_connected="9999999999")
    assert b"Bitte anmelden." in page
    assert b"Modell 1" not in page
    assert status(f"{address}/media/x.pdf") == 401
    assert status(f"{address}/_stcore/upload_file/a/b") == 401
