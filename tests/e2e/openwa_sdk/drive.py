"""Drives the OpenWA SDK by JSON lines; see README.md."""

import base64
import inspect
import json
import sys

import httpx
import openwa
from openwa.client import OpenWAClient


class Noting(httpx.HTTPTransport):
    """The usual transport, which also notes what was asked and answered."""

    def __init__(self):
        super().__init__()
        self.exchanges = []

    def handle_request(self, request):
        response = super().handle_request(request)
        path = request.url.raw_path.decode().split("?")[0]
        self.exchanges.append({"method": request.method, "path": path, "status": response.status_code})
        return response

    def taken(self):
        exchanges, self.exchanges = self.exchanges, []
        return exchanges


def methods():
    """Every call that the package offers: the public methods of each resource, and those of the client that reach the server."""
    names = ["auth"]
    for resource, prop in inspect.getmembers(OpenWAClient, lambda member: isinstance(member, property)):
        kind = getattr(sys.modules[OpenWAClient.__module__], prop.fget.__annotations__["return"])
        names += [
            f"{resource}.{name}"
            for name, _ in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_")
        ]
    return sorted(names)


def call(client, name, args, kwargs):
    target = client
    for part in name.split("."):
        target = getattr(target, part)
    return target(*args, **kwargs)


def plain(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    return value


def answer(client, command):
    if "list" in command:
        return methods()
    if "verify" in command:
        asked = command["verify"]
        return openwa.verify_webhook_signature(asked["body"].encode(), asked["header"], asked["secret"])
    return plain(call(client, command["call"], command.get("args", []), command.get("kwargs", {})))


def main(base_url, api_key):
    transport = Noting()
    client = OpenWAClient(base_url=base_url, api_key=api_key, transport=transport)
    for line in sys.stdin:
        command = json.loads(line)
        reply = {"reply": command["id"]}
        try:
            reply |= {"ok": True, "result": answer(client, command)}
        except openwa.OpenWAError as error:
            details = {
                "type": type(error).__name__,
                "status": getattr(error, "status", None),
                "message": str(error),
                "code": getattr(error, "code", None),
            }
            reply |= {"ok": False, "error": details}
        reply["exchanges"] = transport.taken()
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
