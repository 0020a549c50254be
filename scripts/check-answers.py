#!/usr/bin/env python3
"""Fails unless the tests have seen every answer that the OpenAPI document has, of every operation.

Takes the file that `TESTS_ANSWERS_SEEN` named while they ran: an operation's id and a status per line.
"""

import json
import pathlib
import sys

document = json.loads((pathlib.Path(__file__).parent.parent / "openapi/v1.json").read_text())
seen = {tuple(line.split()) for line in pathlib.Path(sys.argv[1]).read_text().splitlines()}
missing = [
    f"{operation['operationId']} {status}"
    for item in document["paths"].values()
    for operation in item.values()
    for status in operation["responses"]
    # What can happen to any operation is in nobody's hand; a handshake is no answer that the client sees.
    if status not in ("default", "101") and (operation["operationId"], status) not in seen
]
print("\n".join(sorted(missing)) or "every answer was seen")
sys.exit(bool(missing))
