"""Starts the application: takes the port, tells the address, opens the browser, serves until it is told to end."""

from __future__ import annotations

import argparse
import atexit
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from files.faults import Fault, InputError
from files.typed import shown
from hosting.listening import listening, open_to, url
from serving.allowance import allowance
from serving.settings import VARIABLE, current
from translation import LANGUAGES, Message, msg, translate

if TYPE_CHECKING:
    from uvicorn import Server

    from hosting.entrance import Entrance

_APP = Path(__file__).parents[1] / "app.py"
_BAD_INPUT = 2
#: Seconds that open connections get to end by themselves.
_GRACE = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves the application; returns the exit status. ``kim app`` hands the options on as they are."""
    options = _parser().parse_args(arguments)

    def tell(message: Message) -> None:
        print(translate(message, options.lang), file=sys.stderr, flush=True)

    if options.settings:
        os.environ[VARIABLE] = options.settings
    try:
        current()
        allowance()
        with listening(options.address, options.port) as taken:
            _warn(tell)
            _serve(options, taken, tell)
    except InputError as error:
        print(*error.lines(options.lang), sep="\n", file=sys.stderr)
        return _BAD_INPUT
    return 0


def _warn(tell: Callable[[Message], None]) -> None:
    """Says so where other accounts can read the settings, in which secrets may stand."""
    path = os.environ.get(VARIABLE)
    if path and os.name != "nt" and Path(path).stat().st_mode & 0o077:
        tell(msg("Note: other accounts of this machine can read {file}: chmod 600.", file=path))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hosting")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--base-path", default="")
    parser.add_argument("--host", action="append", default=[])
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--no-token", action="store_true")
    parser.add_argument("--settings", default="")
    parser.add_argument("--lang", choices=LANGUAGES, default="de")
    return parser


def _serve(options: argparse.Namespace, taken: socket.socket, tell: Callable[[Message], None]) -> None:
    port, settings = taken.getsockname()[1], current()
    base = _set_up(options.base_path or settings.base, port)
    from hosting.entrance import Entrance, new_token
    from serving.logs import begin_logging
    from views.asker import short_session

    # Where people log in, a token would only be in their way.
    token = "" if options.no_token or settings.login is not None else new_token()
    names, address = (*options.host, *settings.hosts), url(options.address, port, base)
    # What is told is answered, too.
    entrance = Entrance(port, base, (*names, urlsplit(address).netloc), token, settings.frames, settings.login)
    begin_logging(short_session)
    server = _server(entrance)
    address += entrance.query
    tell(msg("KIM-Planer: {address} (stop with Ctrl+C)", address=address))
    told = open_to(options.address, names)
    if told is not None:
        tell(told)
    if not options.no_browser:
        _open(address)
    signal.signal(signal.SIGTERM, _stop)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[taken])


def _set_up(base: str, port: int) -> str:
    """Has Streamlit read its settings as ``streamlit run`` does, beside the script and from variables.

    Gives the path that it serves under. Raises ``InputError`` where a variable says what Streamlit does not know.
    """
    if base:
        os.environ["STREAMLIT_SERVER_BASE_URL_PATH"] = base
    os.environ["STREAMLIT_SERVER_PORT"] = str(port)
    os.environ["STREAMLIT_SERVER_HEADLESS"] = "true"
    # Only now: Streamlit takes long to load, and a port that is taken is told at once.
    from click import ClickException
    from streamlit import config
    from streamlit.web import bootstrap
    from streamlit.web.cli import main_run

    config._main_script_path = str(_APP)
    try:
        given = main_run.make_context("run", [str(_APP)]).params
    except ClickException as error:
        wrong = msg("Streamlit does not take this setting ({reason})", reason=shown(error.format_message()))
        raise InputError([Fault("STREAMLIT_…", wrong, msg("the environment variables of Streamlit"))]) from None
    bootstrap.load_config_options({name: value for name, value in given.items() if name not in ("target", "args")})
    return str(config.get_option("server.baseUrlPath")).strip("/")


def _server(entrance: Entrance) -> Server:
    from streamlit import config
    from streamlit.web.server.starlette import App
    from uvicorn import Config

    from hosting.stopping import PatientServer

    login = entrance.login
    if login is not None:
        config.set_option("server.trustedUserHeaders", login.headers)
        if login.secrets:
            config.set_option("server.cookieSecret", login.secrets["auth"]["cookie_secret"])
    return PatientServer(
        Config(
            App(_APP, middleware=entrance.middleware(), secrets=None if login is None else login.secrets),
            ws="websockets-sansio",
            ws_max_size=int(config.get_option("server.maxMessageSize")) * 1_000_000,
            log_level="warning",
            access_log=False,
            server_header=False,
            # By whom something is asked says the connection, and not a header that anybody can write.
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE,
        )
    )


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Uvicorn has ended by then, and tells the signal on: what is registered for the end is still done."""
    sys.exit(0)


def _open(address: str) -> None:
    """Opens the browser, by way of a file: other accounts see with what addresses programs are started."""
    handle, name = tempfile.mkstemp(prefix="kim-", suffix=".html")
    content = f'<!doctype html><meta charset=utf-8><meta http-equiv=refresh content="0; url={escape(address)}">'
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    atexit.register(Path(name).unlink, missing_ok=True)
    webbrowser.open(Path(name).as_uri())
