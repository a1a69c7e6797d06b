"""The command: what it refuses in one line, the file it writes, and how it ends."""

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from grpo_theory.cli import run
from tests.explore.conftest import ROOT, free_port, wait_for


@pytest.mark.parametrize("port", ["0", "65536", "-1", "2718.0", "http", "99999999999", "²"])
def test_a_port_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert run(["explore", "--no-browser", "--port", port]) == 2
    said = capsys.readouterr().err
    assert said.startswith("grpo-theory: --port = ") and said.count("\n") == 1
    assert said.endswith(" lies outside the integers 1, ..., 65535: a server listens on a port\n")


def test_a_port_in_use_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("marimo")
    pytest.importorskip("anywidget")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run(["explore", "--no-browser", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert said == f"grpo-theory: --port = {port} lies outside the ports that are free: another program listens there\n"


def test_an_address_of_another_machine_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("marimo")
    pytest.importorskip("anywidget")
    assert run(["explore", "--no-browser", "--host", "203.0.113.7", "--port", str(free_port())]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_static_file_holds_everything_and_may_ask_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "explorer.html"
    assert run(["explore", "--static", str(path)]) == 0
    page = path.read_text(encoding="utf-8")
    assert "default-src 'none'" in page and "connect-src 'none'" in page
    assert "https://" not in page and "import(" not in page and "fetch(" not in page
    assert run(["explore", "--static", str(tmp_path / "absent" / "explorer.html")]) == 2


def test_it_listens_on_this_machine_only_and_knows_its_own_name(server: str) -> None:
    port = int(server.rsplit(":", 1)[1].strip("/"))
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {"127.0.0.1"}:
        with socket.socket() as probe:
            probe.settimeout(2)
            assert probe.connect_ex((str(address), port)) != 0
    stranger = urllib.request.Request(server, headers={"Host": "example.org"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(stranger, timeout=5)
    assert refused.value.code == 400
    refused.value.close()


def test_it_ends_cleanly_on_ctrl_c() -> None:
    pytest.importorskip("marimo")
    pytest.importorskip("anywidget")
    port = free_port()
    command = [sys.executable, "-m", "grpo_theory", "explore", "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith("The explorer is at http://127.0.0.1:")
        wait_for(port)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
        assert process.stdout.read() == "The explorer has ended.\n"
        assert process.stderr.read() == ""


def test_it_ends_where_nobody_reads_what_it_says() -> None:
    pytest.importorskip("marimo")
    pytest.importorskip("anywidget")
    port = free_port()
    command = [sys.executable, "-m", "grpo_theory", "explore", "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        wait_for(port)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


def test_the_record_tells_the_file_or_the_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "explorer.html"
    assert run(["explore", "--static", str(page), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"static": str(page)}
    pytest.importorskip("marimo")
    pytest.importorskip("anywidget")
    port = free_port()
    command = [sys.executable, "-m", "grpo_theory", "explore", "--no-browser", "--json", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")
        wait_for(port)
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""
        assert process.wait(timeout=20) == 0
    assert said == {"address": f"http://127.0.0.1:{port}/", "host": "127.0.0.1", "port": port}
