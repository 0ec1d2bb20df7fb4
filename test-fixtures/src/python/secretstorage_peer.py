"""Drives SecretStorage: one JSON command on standard input, one JSON answer on standard output."""
import base64
import json
import sys

import secretstorage
from jeepney.io.blocking import open_dbus_connection


def describe(item):
    described = {
        "path": item.item_path,
        "label": item.get_label(),
        "attributes": item.get_attributes(),
        "locked": item.is_locked(),
    }
    if not described["locked"]:
        described["secret"] = base64.b64encode(item.get_secret()).decode()
        described["contentType"] = item.get_secret_content_type()
    return described


def search(connection, attributes):
    return [describe(item) for item in secretstorage.search_items(connection, attributes)]


def store(connection, label, attributes, secret, contentType="text/plain", replace=False):
    collection = secretstorage.get_default_collection(connection)
    item = collection.create_item(
        label, attributes, base64.b64decode(secret), replace, contentType
    )
    return item.item_path


def unlock(connection):
    """Whether somebody dismissed the prompt."""
    return secretstorage.get_default_collection(connection).unlock()


COMMANDS = {"search": search, "store": store, "unlock": unlock}

command = json.load(sys.stdin)
name = command.pop("command")
with open_dbus_connection("SESSION") as connection:
    answer = COMMANDS[name](connection, **command)
print(json.dumps(answer))
