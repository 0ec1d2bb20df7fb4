"""Drives SecretStorage: one JSON command on standard input, one JSON answer on standard output."""
import base64
import json
import sys

import secretstorage
from jeepney.io.blocking import open_dbus_connection


def search(connection, attributes):
    for item in secretstorage.search_items(connection, attributes):
        described = {
            "path": item.item_path,
            "label": item.get_label(),
            "attributes": item.get_attributes(),
            "locked": item.is_locked(),
        }
        if not described["locked"]:
            described["secret"] = base64.b64encode(item.get_secret()).decode()
            described["contentType"] = item.get_secret_content_type()
        yield described


def store(connection, label, attributes, secret, contentType="text/plain", replace=False):
    collection = secretstorage.get_default_collection(connection)
    item = collection.create_item(
        label, attributes, base64.b64decode(secret), replace, contentType
    )
    return item.item_path


command = json.load(sys.stdin)
name = command.pop("command")
with open_dbus_connection("SESSION") as connection:
    if name == "search":
        answer = list(search(connection, **command))
    elif name == "store":
        answer = store(connection, **command)
    else:
        sys.exit(f"unknown command {name}")
print(json.dumps(answer))
