"""A little WhatsApp bot: follows the gateway's events and answers who asks for the price."""

import json
import os
from urllib.request import Request, urlopen

PRICES = "Bread 3.20, rolls 0.60, cake 4.50"


class Gateway:
    """As much of the gateway's API as the bot needs."""

    def __init__(self, url, key):
        self.url = url
        self.key = key

    def call(self, method, path, body=None, timeout=30):
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        return urlopen(Request(f"{self.url}/api/v1{path}", data, headers, method=method), timeout=timeout)

    def read(self, method, path, body=None):
        with self.call(method, path, body) as response:
            return json.load(response)

    def events(self):
        """What happens from now on, one event at a time."""
        with self.call("GET", "/events", timeout=None) as lines:
            for line in lines:
                yield json.loads(line)

    def send(self, session, to, text):
        message = {"type": "text", "to": to, "text": text}
        return self.read("POST", f"/sessions/{session}/messages", message)


def answer(text):
    """What the bot says to a message, if anything."""
    if "price" in text.lower():
        return PRICES
    return None


def run(gateway, ready=lambda: None):
    """Answers messages until the connection ends."""
    for event in gateway.events():
        if event["event"] == "connected":
            ready()
        elif event["event"] == "message":
            message = event["payload"]
            reply = answer(message.get("body") or "")
            if reply:
                gateway.send(event["session"], message["chatJid"], reply)


if __name__ == "__main__":
    run(Gateway(os.environ["WAGON_URL"], os.environ["WAGON_KEY"]))
