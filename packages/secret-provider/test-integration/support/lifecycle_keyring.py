"""Python's keyring, whose Secret Service backend unlocks what it needs; prints what it saw."""
import json

import keyring.backends.SecretService
import secretstorage

backend = keyring.backends.SecretService.Keyring()
backend.set_password("service", "user", "pässword")
seen = backend.get_password("service", "user")
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
again = backend.get_password("service", "user")
backend.set_password("service", "user", "changed")
changed = backend.get_password("service", "user")
other = backend.get_password("service", "nobody")
backend.delete_password("service", "user")
left = backend.get_password("service", "user")

print(json.dumps([seen, again, changed, other, left]))
