"""`grpo-theory explore`: the interactive explorer on this machine's loopback address, or as one file."""

import errno
import importlib.util
import os
import socket
import sys
from pathlib import Path
from threading import Timer
from typing import Any, Final

import click

from grpo_theory.cli.output import STDOUT, json_option, record
from grpo_theory.errors import outside

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_NEEDED: Final = ("anywidget", "marimo", "uvicorn")


@click.command("explore", short_help="the interactive explorer, on this machine only")
@click.option("--port", default="2718", show_default=True, metavar="N", help="Port, 1 to 65535.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to bind.")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
@click.option("--static", metavar="FILE", help="Write the explorer as one HTML file that needs no server, and end.")
@json_option
def command(port: str, host: str, no_browser: bool, static: str | None, json_file: str | None) -> None:
    """Open the page on which one plays with the recurrence: sliders, cobweb, trajectory with bounds, bifurcations.

    Fixed points, conditions, your own rule and your own bound are certified by Python behind the page. The server
    listens on this machine only, unless --host says otherwise, and ends with Ctrl-C. With --static the file draws the
    same pictures by itself, and what would need a proof is labelled numeric. --json tells the address, or the file.
    """
    quiet = json_file == STDOUT
    if static is not None:
        with record(json_file) as write:
            _write(Path(static))
            write({"static": static})
        if not quiet:
            print(static)
        return
    number = _port(port)
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ValueError(f'the explorer needs {missing[0]}: pip install "grpo-theory[explore]"')
    with record(json_file) as write:
        listening = _bound(host, number)
        address = _address(listening)
        write({"address": address, "host": host, "port": number})
    if quiet:
        sys.stdout.flush()
    else:
        print(f"The explorer is at {address}; Ctrl-C ends it.", flush=True)
    if host not in LOOPBACK:
        print(f"grpo-theory: {host} can be reached from other machines", file=sys.stderr)
    _serve(listening, address, host, browser=not no_browser, told=not quiet)


def _port(text: str) -> int:
    plain = text.strip().isascii() and text.strip().isdecimal() and len(text) < 8
    if not plain or not 1 <= int(text) <= 65535:
        raise outside("--port", text, "the integers 1, ..., 65535", "a server listens on a port")
    return int(text)


def _write(path: Path) -> None:
    from grpo_theory.explore.bundle import static_page

    try:
        path.write_text(static_page(), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise ValueError(f"--static {path} lies outside the files that can be written: {reason}") from None


def _bound(host: str, port: int) -> socket.socket:
    """A listening socket, so that the port is known to be ours before anything starts."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ValueError(f"--host {host} lies outside this machine's addresses: {error.strerror or error}") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(64)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise outside("--port", port, "the ports that are free", "another program listens there") from None
        if error.errno == errno.EACCES:
            raise outside("--port", port, "the ports that this user may bind", "below 1024 they are reserved") from None
        raise ValueError(f"--host {host} lies outside this machine's addresses: {error.strerror or error}") from None
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _serve(listening: socket.socket, address: str, host: str, browser: bool, told: bool) -> None:
    """Serve the app until Ctrl-C. A page from elsewhere that resolves to this machine is refused by its host name."""
    import uvicorn
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    app: Any = _app()
    if host in LOOPBACK:
        app = TrustedHostMiddleware(app, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    if browser:
        _open(address)
    config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, lifespan="on")
    server = uvicorn.Server(config)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:  # uvicorn raises what it caught once it has ended
        pass
    finally:
        listening.close()
        _end(0 if server.started else 3, told)


def _end(status: int, told: bool) -> None:
    """End the process at once: marimo's threads would wait for their pages. What certifies ends with its pipe."""
    try:
        if told:
            print("The explorer has ended.", flush=True)
    except OSError:  # nobody reads it any more
        pass
    finally:
        os._exit(status)


def _app() -> Any:
    import marimo

    from grpo_theory.discovery import folder

    notebook = folder("notebooks") / "explorer.py"
    return marimo.create_asgi_app(quiet=True, include_code=False).with_app(path="", root=str(notebook)).build()


def _open(address: str) -> None:
    import webbrowser

    later = Timer(1.0, webbrowser.open, (address,))
    later.daemon = True
    later.start()
