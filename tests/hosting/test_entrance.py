"""Who gets in: known names, pages of our own, the start token; and the headers that every answer carries."""

from __future__ import annotations

import re

import pytest
from asgi import Answer, ask, echo
from running import started
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from access.roles import Right
from files.faults import InputError
from hosting.entrance import Entrance
from hosting.headers import TILE_SERVER
from hosting.identity import Identity
from hosting.listening import listening, url
from maps.screen import TILES
from serving.login import Login, Method
from views import inline

NAME, TOKEN = "planung.kreis.example", "s3cret"


def entrance(**more: object) -> ASGIApp:
    """What stands in front of the application, with the echo behind it."""
    app: ASGIApp = echo
    for layer in reversed(Entrance(8501, names=(NAME, f"{NAME}:8443"), **more).middleware()):  # type: ignore[arg-type]
        app = layer.cls(app, *layer.args, **layer.kwargs)
    return app


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8501", 200),
        ("127.0.0.1:8501", 200),
        ("[::1]:8501", 200),
        ("LOCALHOST.", 200),
        (NAME, 200),
        (f"{NAME}:8443", 200),
        ("rebound.example:8501", 421),
        ("127.0.0.1.rebound.example", 421),
        ("localhost@rebound.example", 421),
        (f"rebound.example/{NAME}", 421),
        ("localhost:x", 421),
        ("[::1", 421),
        ("", 421),
        ([], 421),
        (["localhost", "rebound.example"], 421),
    ],
)
def test_only_known_names_are_answered(host: str | list[str], status: int) -> None:
    app = entrance()
    answer = ask(app, host=host)
    assert answer.status == status
    if status != 200:
        assert "nicht" in answer.text
        assert "name" in answer.text
    assert ask(app, "/_stcore/stream", kind="websocket", host=host).status == (101 if status == 200 else 403)


@pytest.mark.parametrize(
    ("origin", "host", "behind"),
    [
        ("http://localhost:8501", "localhost:8501", "localhost:8501"),
        (f"https://{NAME}", NAME, NAME),
        # A proxy that changes the name: Streamlit is told the one that the browser has.
        (f"https://{NAME}", "127.0.0.1:8501", NAME),
        (f"https://{NAME}:8443", "127.0.0.1:8501", f"{NAME}:8443"),
        (f"https://{NAME}:9000", NAME, None),
        ("http://localhost:9000", "localhost:8501", None),
        ("http://127.0.0.1:8501", "localhost:8501", None),
        ("https://foreign.example", "localhost:8501", None),
        ("null", "localhost:8501", None),
        ("http://[::1", "localhost:8501", None),
        (["http://localhost:8501", "https://foreign.example"], "localhost:8501", None),
    ],
)
def test_pages_of_a_foreign_origin_are_refused(origin: str | list[str], host: str, behind: str | None) -> None:
    app = entrance()
    for method in ("PUT", "POST", "GET"):
        answer = ask(app, "/_stcore/upload_file/a/b", method=method, host=host, origin=origin)
        assert (answer.status, answer.text.split(" ")[0]) == (200, behind) if behind else answer.status == 403
    answer = ask(app, "/_stcore/stream", kind="websocket", host=host, origin=origin)
    assert answer.status == (101 if behind else 403)


def _cookie(answer: Answer) -> str:
    return answer.headers["set-cookie"].partition(";")[0]


def test_the_token_of_the_address_becomes_a_cookie() -> None:
    app = entrance(token=TOKEN, base="kim")
    closed = ask(app, "/kim/explore?scenario=a")
    assert closed.status == 403
    assert TOKEN not in closed.text
    # Who comes by a link of another page has a cookie that is not sent before the next step.
    assert 'href="/kim/explore?scenario=a"' in closed.text
    assert ask(app, "/kim/_stcore/stream", kind="websocket").status == 403
    assert ask(app, "/kim/?token=guessed").status == 403
    assert ask(app, "/kim/_stcore/health").status == 200

    welcome = ask(app, f"//kim/plan?scenario=a%26b&token={TOKEN}")
    assert welcome.status == 200
    assert TOKEN not in welcome.text
    assert 'content="0; url=/kim/plan?scenario=a%26b"' in welcome.text
    assert welcome.headers["referrer-policy"] == "no-referrer"
    assert welcome.headers["set-cookie"] == f"kim-8501={TOKEN}; HttpOnly; Path=/kim; SameSite=strict"
    assert ask(app, "/kim/plan", cookie=_cookie(welcome)).text.startswith("localhost:8501")
    assert ask(app, "/kim/_stcore/stream", kind="websocket", cookie=_cookie(welcome)).status == 101
    assert ask(app, "/kim/plan", cookie="kim-8501=é").status == 403


def test_every_answer_has_the_headers() -> None:
    app = entrance(token=TOKEN)
    for answer in (ask(app), ask(app, host="rebound.example"), ask(app, f"/?token={TOKEN}")):
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        scripts = policy["script-src"].split(" ")
        assert scripts[:2] == ["'self'", "blob:"]
        # One for each script of ours, and Streamlit's.
        assert len(scripts) == 2 + len(inline.every()) + 1
        assert all(one.startswith("'sha256-") for one in scripts[2:])
        assert {policy[name] for name in ("default-src", "base-uri", "frame-ancestors")} == {"'none'"}
        assert policy["img-src"].split(" ")[-1] == TILE_SERVER
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert answer.headers["referrer-policy"] in ("same-origin", "no-referrer")
    assert TILES.startswith(f"{TILE_SERVER}/")


def test_a_taken_port_is_told_before_any_address() -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        ended = started("app", "--port", port, "--no-browser", "--lang", "en")
        assert ended.returncode == 2
        assert ended.stdout == b""
        assert ended.stderr.decode().startswith(f"--port: port {port} is taken")
        assert b"://" not in ended.stderr
        with pytest.raises(InputError, match="is taken"):
            listening("127.0.0.1", port)


@pytest.mark.parametrize("address", ["kein rechner", "192.0.2.1", "\udcff"])
def test_an_address_of_somebody_else_is_a_fault(address: str) -> None:
    with pytest.raises(InputError, match="is no address of this machine"):
        listening(address, 0)


def test_the_address_is_one_that_a_browser_finds() -> None:
    assert url("0.0.0.0", 8501, "") == "http://127.0.0.1:8501/"
    assert url("::1", 8501, "kim/a") == "http://[::1]:8501/kim/a/"


def test_only_a_known_proxy_vouches_for_people() -> None:
    rights = {Right.READ: ("lesen",)}
    login = Login(Method.HEADER, "Remote-User", "Remote-User", "Remote-Groups", rights, proxies=("10.1.0.0/24", "::1"))
    app = entrance(login=login)
    known = {"remote_user": "mm", "remote_groups": "lesen"}
    assert ask(app, client="10.1.0.7", **known).text.endswith(" mm")
    for client in ("10.1.1.7", "127.0.0.1", "nobody", ""):
        assert ask(app, client=client, **known).text.endswith(" None")
    assert ask(app, client="10.1.0.7", remote_user=["mm", "chef"], remote_groups="lesen").text.endswith(" None")
    # Files of a page, and what is handed in, are not for others either.
    for path in ("/media/abc.pdf", "/_stcore/upload_file/a/b"):
        assert ask(app, path, client="10.1.0.7", **known).status == 200
        assert ask(app, path, client="10.1.1.7", **known).status == 401
        assert ask(app, path, client="10.1.0.7", remote_user="mm", remote_groups="andere").status == 401


def test_frames_are_for_those_who_are_named() -> None:
    answer = ask(entrance(frames=("https://intranet.kreis.example",)))
    assert answer.headers["content-security-policy"].endswith("; frame-ancestors https://intranet.kreis.example")
    assert "x-frame-options" not in answer.headers


def test_the_cookie_of_a_person_ends_with_the_session() -> None:
    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        response = PlainTextResponse("")
        for name, age in (("_streamlit_user", 30 * 86400), ("_streamlit_user_tokens_1", 0), ("_streamlit_xsrf", 99999)):
            response.set_cookie(name, "x", max_age=age, httponly=True)
        await response(scope, receive, send)

    for scheme, end in (("https", "; Secure"), ("http", "")):
        login = Login(Method.OIDC, "email", "name", "roles", {}, hours=2, address=f"{scheme}://{NAME}")
        answer = ask(Identity(behind, login, dict, ""))
        cookies = answer.headers.getlist("set-cookie")
        ages = [re.findall(r"Max-Age=(\d+)", cookie)[0] for cookie in cookies]
        assert ages == ["7200", "0", "99999"]
        assert [cookie.endswith("; Secure") for cookie in cookies] == [bool(end), bool(end), False]
