"""The life of one item through dbus-python, which is libdbus; prints what it saw as JSON."""
import ctypes
import json

import dbus
from dbus.mainloop.glib import DBusGMainLoop

DBusGMainLoop(set_as_default=True)
glib = ctypes.CDLL("libglib-2.0.so.0")

SECRET = "org.freedesktop.Secret."
bus = dbus.SessionBus()


def proxy(path, interface):
    return dbus.Interface(bus.get_object("org.freedesktop.secrets", path), SECRET + interface)


def complete(path):
    """Runs a prompt to its end."""
    ends = []
    prompt = proxy(path, "Prompt")
    prompt.connect_to_signal("Completed", lambda *end: ends.append(end))
    prompt.Prompt("")
    while not ends:
        glib.g_main_context_iteration(None, True)
    return ends


service = proxy("/org/freedesktop/secrets", "Service")
_, session = service.OpenSession("plain", "")
collection = service.ReadAlias("default")
properties = {
    SECRET + "Item.Label": "label",
    SECRET + "Item.Attributes": dbus.Dictionary({"peer": "dbus-python"}, signature="ss"),
}
secret = (session, dbus.ByteArray(b""), dbus.ByteArray(b"s\0\xff"), "application/x-test")
item, _ = proxy(collection, "Collection").CreateItem(properties, secret, True)
unlocked, locked = service.SearchItems({"peer": "dbus-python"})
seen = proxy(item, "Item").GetSecret(session, byte_arrays=True)
service.Lock([collection])
try:
    proxy(item, "Item").GetSecret(session)
    refusal = None
except dbus.DBusException as error:
    refusal = error.get_dbus_name()
_, prompt = service.Unlock([collection])
ends = complete(prompt)
again = proxy(item, "Item").GetSecret(session, byte_arrays=True)
proxy(item, "Item").Delete()
left, _ = service.SearchItems({"peer": "dbus-python"})

print(json.dumps({
    "found": [unlocked == [item], len(locked)],
    "secret": list(bytes(seen[2])),
    "contentType": seen[3],
    "refusal": refusal,
    "prompt": [len(ends), bool(ends[0][0]), ends[0][1] == [collection]],
    "again": list(bytes(again[2])),
    "left": len(left),
}))
