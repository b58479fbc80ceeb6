"""`reminders serve`: the webhooks by themselves, in a process of their own; and `check` of them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from reminders.cli.judging_receiving import judge_receiving
from reminders.settings import Settings, load_settings
from tests.clinic import ENVIRON, wait_until, write_settings
from tests.standin import ACCOUNT_SID, API_KEY, API_SECRET
from tests.web.door import NOWHERE, PUBLIC, signed, text_form

KEY_ONLY = {
    "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
    "TWILIO_API_KEY": API_KEY,
    "TWILIO_API_SECRET": API_SECRET,
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(*command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command until the block ends; it is killed if it still runs then."""
    process = subprocess.Popen(
        [sys.executable, *command],
        env=os.environ | ENVIRON | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stderr
        process.stderr.close()


def answers(port: int, path: str) -> int:
    """Return the status of a GET; 0 when nobody listens."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False).status_code
    except httpx.HTTPError:
        return 0


def ended_well(process: subprocess.Popen[str]) -> str:
    """Ask the process to stop; return what it said once it has ended well."""
    process.send_signal(signal.SIGTERM)
    _, words = process.communicate(timeout=30)
    assert process.returncode == 0, words
    return words


def post(port: int) -> int:
    """Post a signed text; return the status."""
    form = text_form()
    signature = signed(f"{PUBLIC}/twilio/inbound", list(form.items()))
    return httpx.post(
        f"http://127.0.0.1:{port}/twilio/inbound",
        data=form,
        headers={"X-Twilio-Signature": signature},
        trust_env=False,
    ).status_code


def test_serve_answers_webhooks_health_and_metrics_until_it_is_asked_to_stop(
    tmp_path: Path,
) -> None:
    settings = write_settings(tmp_path, twilio=NOWHERE, gateway=f'public_url = "{PUBLIC}"')
    port, metrics = free_port(), free_port()
    ports = {"REMINDERS_WEB__PORT": str(port), "REMINDERS_WEB__METRICS_PORT": str(metrics)}
    with running("-m", "reminders", "serve", "--settings", str(settings), **ports) as process:
        wait_until(lambda: answers(port, "/healthz") == 503)
        assert post(port) == 200
        assert answers(metrics, "/metrics") == 200
        words = ended_well(process)
    assert f"Webhooks and health: http://127.0.0.1:{port}" in words
    assert "Traceback" not in words


def test_serve_says_when_every_webhook_would_be_refused(tmp_path: Path) -> None:
    settings = write_settings(tmp_path)
    port = free_port()
    command = ("-m", "reminders", "serve", "--settings", str(settings))
    with running(*command, REMINDERS_WEB__PORT=str(port)) as process:
        wait_until(lambda: answers(port, "/healthz"))
        assert post(port) == 403
        assert "gateway.public_url is empty" in ended_well(process)


def test_a_port_that_is_taken_is_named_with_its_mend(tmp_path: Path) -> None:
    settings = write_settings(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        command = ("-m", "reminders", "serve", "--settings", str(settings))
        with running(*command, REMINDERS_WEB__PORT=port) as process:
            _, words = process.communicate(timeout=30)
    assert process.returncode == 2
    assert f"web.port: we cannot listen on 127.0.0.1 port {port}" in words
    assert "Traceback" not in words


def test_the_worker_listens_when_twilio_is_to_call_it(tmp_path: Path) -> None:
    settings = write_settings(tmp_path, twilio=NOWHERE, gateway=f'public_url = "{PUBLIC}"')
    port, worker = free_port(), str(Path(__file__).parents[2] / "worker.py")
    environment = {"REMINDERS_WEB__PORT": str(port)}
    with running(worker, "--settings", str(settings), **environment) as process:
        wait_until(lambda: answers(port, "/healthz") == 200)
        assert post(port) == 200
        assert "Traceback" not in ended_well(process)


def loaded(folder: Path, gateway: str, environ: Mapping[str, str]) -> tuple[Settings, Path]:
    file = write_settings(folder, twilio=NOWHERE, gateway=gateway)
    return load_settings(file, environ={**environ, "HOME": str(folder)}), file


def test_check_complains_of_webhooks_that_nobody_can_sign(tmp_path: Path) -> None:
    public = f'public_url = "{PUBLIC}"'
    settings, file = loaded(tmp_path, public, KEY_ONLY)
    (complaint,) = judge_receiving(settings, file=file)
    assert complaint.where == "TWILIO_AUTH_TOKEN"

    for gateway, environ in ((public, ENVIRON), (f'{public}\nreceive = "poll"', KEY_ONLY)):
        settings, file = loaded(tmp_path, gateway, environ)
        assert list(judge_receiving(settings, file=file)) == []
