"""The life of one item through jeepney's raw messages; prints what it saw as JSON."""
import json

from jeepney import DBusAddress, MatchRule, new_method_call
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

SECRET = "org.freedesktop.Secret."
SERVICE = "/org/freedesktop/secrets"
connection = open_dbus_connection("SESSION")


def call(path, interface, member, signature=None, body=()):
    address = DBusAddress(path, "org.freedesktop.secrets", SECRET + interface)
    message = new_method_call(address, member, signature, body)
    return unwrap_msg(connection.send_and_get_reply(message))


def complete(path):
    """Runs a prompt to its end; it answers this connection alone, so no match rule is needed."""
    rule = MatchRule(type="signal", interface=SECRET + "Prompt", path=path)
    with connection.filter(rule) as ends:
        call(path, "Prompt", "Prompt", "s", ("",))
        return connection.recv_until_filtered(ends, timeout=30).body


_, session = call(SERVICE, "Service", "OpenSession", "sv", ("plain", ("s", "")))
collection, = call(SERVICE, "Service", "ReadAlias", "s", ("default",))
properties = {
    SECRET + "Item.Label": ("s", "label"),
    SECRET + "Item.Attributes": ("a{ss}", {"peer": "jeepney"}),
}
secret = (session, b"", b"s\0\xff", "application/x-test")
item, _ = call(
    collection, "Collection", "CreateItem", "a{sv}(oayays)b", (properties, secret, True)
)
unlocked, locked = call(SERVICE, "Service", "SearchItems", "a{ss}", ({"peer": "jeepney"},))
seen, = call(item, "Item", "GetSecret", "o", (session,))
call(SERVICE, "Service", "Lock", "ao", ([collection],))
try:
    call(item, "Item", "GetSecret", "o", (session,))
    refusal = None
except DBusErrorResponse as error:
    refusal = error.name
_, prompt = call(SERVICE, "Service", "Unlock", "ao", ([collection],))
dismissed, result = complete(prompt)
again, = call(item, "Item", "GetSecret", "o", (session,))
call(item, "Item", "Delete")
left, _ = call(SERVICE, "Service", "SearchItems", "a{ss}", ({"peer": "jeepney"},))

print(json.dumps({
    "found": [unlocked == [item], len(locked)],
    "secret": list(seen[2]),
    "contentType": seen[3],
    "refusal": refusal,
    "prompt": [1, dismissed, result == ("ao", [collection])],
    "again": list(again[2]),
    "left": len(left),
}))
