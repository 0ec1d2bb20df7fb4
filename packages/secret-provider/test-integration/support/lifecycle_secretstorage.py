"""The life of one item through SecretStorage, over an encrypted session; prints it as JSON."""
import json

import secretstorage

connection = secretstorage.dbus_init()
collection = secretstorage.get_default_collection(connection)
item = collection.create_item(
    "label", {"peer": "secretstorage"}, b"s\0\xff", True, "application/x-test"
)
found = list(secretstorage.search_items(connection, {"peer": "secretstorage"}))
secret = item.get_secret()
content_type = item.get_secret_content_type()
collection.lock()
try:
    item.get_secret()
    refusal = None
except secretstorage.LockedException:
    refusal = "org.freedesktop.Secret.Error.IsLocked"
locked = collection.is_locked()
dismissed = collection.unlock()
again = item.get_secret()
item.delete()
left = list(secretstorage.search_items(connection, {"peer": "secretstorage"}))

print(json.dumps({
    "found": [[each.item_path for each in found] == [item.item_path], 0],
    "secret": list(secret),
    "contentType": content_type,
    "refusal": refusal,
    "prompt": [1, dismissed, locked],
    "again": list(again),
    "left": len(left),
}))
