#!/usr/bin/env python3
"""Copies what an OpenWA installation tells of itself to Wagon: sessions with their settings, templates and webhooks.

Run it as often as needed: what is there already, by its name or URL, is left alone. Numbers have to be linked
again, since the credentials of a linked device stay with the program that made them. Secrets of webhooks are not given out
by OpenWA: name them with --webhook-secret, or deliveries are not signed. Keys are listed with the command that makes
each of them in Wagon, which reads the secret that your program has from standard input.
"""

import argparse
import json
import shlex
import urllib.request

from openwa import OpenWAClient

CAPABILITIES = {
    "viewer": "read,events",
    "operator": "read,events,send,manage",
    "admin": "read,events,send,manage,admin",
}
SETTINGS = ("autoRejectCalls", "maxReconnectAttempts", "reconnectBaseDelay")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="source", required=True, metavar="URL", help="OpenWA, without /api")
    parser.add_argument("--from-key", required=True, help="an admin key of it")
    parser.add_argument("--to", dest="target", required=True, metavar="URL", help="Wagon, without /api")
    parser.add_argument("--to-key", required=True, help="an admin key of it")
    parser.add_argument(
        "--webhook-secret",
        dest="secrets",
        nargs=2,
        action="append",
        default=[],
        metavar=("URL", "SECRET"),
        help="the secret of a webhook; can be given several times",
    )
    return parser.parse_args()


def copy_session(old, source, target, known):
    new = known.get(old["name"])
    if new is None:
        new = target.sessions.create({"name": old["name"]})
        settings = source.sessions.get_config(old["id"])
        target.sessions.update_config(new["id"], {name: settings[name] for name in SETTINGS if name in settings})
        print(f"session {old['name']}: made; link its number with POST /api/sessions/{old['name']}/start")
    else:
        print(f"session {old['name']}: there already")
    return new


def copy_templates(old, new, source, target):
    known = {template["name"] for template in target.templates.list(new["id"])}
    for template in source.templates.list(old["id"]):
        if template["name"] not in known:
            fields = {name: template[name] for name in ("name", "body", "header", "footer") if template.get(name)}
            target.templates.create(new["id"], fields)
            print(f"  template {template['name']}: made")


def copy_webhooks(old, new, source, target, secrets):
    known = {webhook["url"] for webhook in target.webhooks.list(new["id"])}
    for webhook in source.webhooks.list(old["id"]):
        url = webhook["url"]
        if url in known:
            continue
        fields = {name: webhook[name] for name in ("url", "events", "filters", "retryCount") if webhook.get(name)}
        if url in secrets:
            fields["secret"] = secrets[url]
        made = target.webhooks.create(new["id"], fields)
        if not webhook.get("active", True):
            target.webhooks.update(new["id"], made["id"], {"active": False})
        signed = "" if url in secrets else ", without a secret: deliveries are not signed"
        print(f"  webhook {url}: made{signed}")


def list_keys(given, sessions):
    request = urllib.request.Request(f"{given.source}/api/auth/api-keys", headers={"X-API-Key": given.from_key})
    with urllib.request.urlopen(request, timeout=30) as answer:
        keys = json.load(answer)
    for key in keys:
        if not key.get("isActive", True):
            continue
        command = ["wagon", "keys", "create", "--secret-stdin", "--name", key["name"]]
        command += ["--capabilities", CAPABILITIES[key["role"]]]
        for session in key.get("allowedSessions") or []:
            command += ["--session", sessions[session]]
        if key.get("allowedIps"):
            command += ["--addresses", ",".join(key["allowedIps"])]
        print(f"key {key['keyPrefix']}…: {shlex.join(command)}")
        if key.get("expiresAt"):
            print(f"  it expires at {key['expiresAt']}: add --expires-in DAYS")
        if key.get("allowedChats"):
            print("  it is limited to some chats: make it with POST /api/auth/api-keys instead")


def main():
    given = arguments()
    source = OpenWAClient(base_url=given.source, api_key=given.from_key)
    target = OpenWAClient(base_url=given.target, api_key=given.to_key)
    known = {session["name"]: session for session in target.sessions.list()}
    ids = {}
    for old in source.sessions.list():
        new = copy_session(old, source, target, known)
        ids[old["id"]] = new["id"]
        copy_templates(old, new, source, target)
        copy_webhooks(old, new, source, target, dict(given.secrets))
    list_keys(given, ids)


if __name__ == "__main__":
    main()
