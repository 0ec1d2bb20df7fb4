"""Puts items into the default collection, which must be unlocked.

The items come as JSON on standard input: [{"label", "attributes", "secretBase64", "contentType"}].
They travel in a plain session: the encrypted one fails now and then with KWallet (docs/QUIRKS.md, K18).
"""
import base64
import json
import sys

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.secrets"
SERVICE = DBusAddress("/org/freedesktop/secrets", NAME, "org.freedesktop.Secret.Service")
COLLECTION = DBusAddress(
    "/org/freedesktop/secrets/aliases/default", NAME, "org.freedesktop.Secret.Collection"
)
ITEM = "org.freedesktop.Secret.Item"


def call(connection, *method):
    reply = connection.send_and_get_reply(new_method_call(*method))
    if reply.header.message_type is MessageType.error:
        sys.exit(f"{method[1]}: {reply.body}")
    return reply.body


with open_dbus_connection("SESSION") as connection:
    _, session = call(connection, SERVICE, "OpenSession", "sv", ("plain", ("s", "")))
    for item in json.load(sys.stdin):
        secret = (session, b"", base64.b64decode(item["secretBase64"]), item["contentType"])
        properties = {
            f"{ITEM}.Label": ("s", item["label"]),
            f"{ITEM}.Attributes": ("a{ss}", item["attributes"]),
        }
        body = (properties, secret, False)
        path, _ = call(connection, COLLECTION, "CreateItem", "a{sv}(oayays)b", body)
        if path == "/":
            sys.exit("CreateItem: expected an item, got a prompt")
