#!/usr/bin/env python3
"""Fails unless the tests have seen the answers that the OpenAPI documents have, of every operation.

Takes the file that `TESTS_ANSWERS_SEEN` named while they ran: a document, an operation's id and a status per line.
"""

import json
import pathlib
import sys

openapi = pathlib.Path(__file__).parent.parent / "openapi"


def is_wanted(name, operation, status):
    # What can happen to any operation is in nobody's hand; a handshake is no answer that the client sees.
    if status in ("default", "101"):
        return False
    # The OpenWA dialect's keys for chats and sessions that do not exist are tried with each kind of route, not with each
    # route; and no test takes the database away to ask how the gateway is.
    return name != "openwa" or (status not in ("403", "404") and (operation, status) != ("getReadiness", "503"))


seen = {tuple(line.split()) for line in pathlib.Path(sys.argv[1]).read_text().splitlines()}
missing = [
    f"{name} {operation['operationId']} {status}"
    for name in ("v1", "openwa")
    for item in json.loads((openapi / f"{name}.json").read_text())["paths"].values()
    for operation in item.values()
    for status in operation["responses"]
    if is_wanted(name, operation["operationId"], status) and (name, operation["operationId"], status) not in seen
]
print("\n".join(sorted(missing)) or "every answer was seen")
sys.exit(bool(missing))
