"""A gateway with an emulated WhatsApp network behind it, for the tests of the bot."""

import json
import os
import subprocess
import threading
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

import bot

WAGON = os.environ.get("WAGON", "wagon")
KEY = "a-key-for-these-tests-only"
SHOP = "15550000100"  # the phone that the bot is linked to; every sandbox has it


class Sandbox:
    """The phones of the emulated network."""

    def __init__(self, url):
        self.url = url

    def call(self, method, path, body=b""):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/admin{path}", data or None, method=method), timeout=30) as response:
            text = response.read()
        return json.loads(text) if text else None

    def person(self, name):
        return Person(self, self.call("POST", "/accounts", {"name": name, "script": "read"})["pn"])


class Person:
    """Somebody with a phone."""

    def __init__(self, sandbox, number):
        self.sandbox = sandbox
        self.number = number
        self.seen = 0

    def write(self, text):
        self.sandbox.call("POST", f"/phones/{self.number}/messages", {"to": SHOP, "text": text})

    def next_message(self):
        """The text of the next message on this phone."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            inbox = self.sandbox.call("GET", f"/phones/{self.number}/inbox?since={self.seen}&wait=5")
            for entry in inbox["entries"]:
                self.seen = entry["seq"]
                if entry["kind"] == "message":
                    return entry["text"]
        raise AssertionError("no message came")


def wait_for(what, check):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = check()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


@pytest.fixture(scope="session")
def addresses(tmp_path_factory):
    """Starts the gateway and its sandbox on free ports."""
    folder = tmp_path_factory.mktemp("wagon")
    command = [WAGON, "serve", "--sandbox", "--data-dir", str(folder), "--log", "warn"]
    command += ["--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"]
    environment = os.environ | {"API_MASTER_KEY": KEY}
    with open(folder / "output.txt", "w") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    file = Path(folder / "wagon.addr")

    def started():
        assert process.poll() is None, (folder / "output.txt").read_text()
        return file.exists() and json.loads(file.read_text() or "null")

    try:
        yield wait_for("the gateway", started)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def sandbox(addresses):
    return Sandbox(f"http://{addresses['sandbox']}")


@pytest.fixture(scope="session")
def running_bot(addresses, sandbox):
    """The bot, linked to the shop's phone."""
    gateway = bot.Gateway(f"http://{addresses['http']}", KEY)
    session = gateway.read("POST", "/sessions", {"label": "bot"})["id"]
    code = gateway.read("GET", f"/sessions/{session}/qr")["code"]
    sandbox.call("POST", f"/mock-phone/scan-qr?account={SHOP}", code.encode())
    wait_for("the session", lambda: gateway.read("GET", f"/sessions/{session}")["status"] == "working")
    devices = lambda: sandbox.call("GET", f"/accounts/{SHOP}")["devices"]
    wait_for("the device's keys", lambda: all(device["reachable"] for device in devices()))

    following = threading.Event()
    threading.Thread(target=follow, args=(gateway, following), daemon=True).start()
    assert following.wait(20)
    return gateway


def follow(gateway, following):
    try:
        bot.run(gateway, ready=following.set)
    except OSError:
        pass  # the gateway has ended, and the tests with it
