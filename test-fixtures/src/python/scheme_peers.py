"""Stores, reads or deletes one password with a client that Python programs use.

Reads one JSON object from standard input: {"client", "action", "service", "username", "password",
"schema", "attributes", "label"}; prints one: {"found": ...}, null when there is none.
"""

import json
import sys
import tempfile

request = json.load(sys.stdin)
action = request["action"]
found = None


def python_keyring(module, **properties):
    backend = __import__("keyring.backends." + module, fromlist=["Keyring"]).Keyring()
    for name, value in properties.items():
        setattr(backend, name, value)
    service, username = request["service"], request["username"]
    if action == "store":
        return backend.set_password(service, username, request["password"])
    if action == "delete":
        return backend.delete_password(service, username)
    return backend.get_password(service, username)


def msal_extensions():
    from msal_extensions import LibsecretPersistence
    from msal_extensions.persistence import PersistenceNotFound

    with tempfile.NamedTemporaryFile() as signal:
        persistence = LibsecretPersistence(
            signal.name, schema_name=request["service"], attributes={}
        )
        if action == "store":
            return persistence.save(request["password"])
        try:
            return persistence.load()
        except PersistenceNotFound:
            return None


def libsecret():
    import gi

    gi.require_version("Secret", "1")
    from gi.repository import Secret

    attributes = request["attributes"]
    kinds = {name: Secret.SchemaAttributeType.STRING for name in attributes}
    schema = Secret.Schema.new(request["schema"], Secret.SchemaFlags.NONE, kinds)
    if action == "store":
        return Secret.password_store_sync(
            schema, attributes, None, request["label"], request["password"], None
        )
    if action == "delete":
        return Secret.password_clear_sync(schema, attributes, None)
    return Secret.password_lookup_sync(schema, attributes, None)


CLIENTS = {
    "python-keyring": lambda: python_keyring("SecretService"),
    "python-keyring-libsecret": lambda: python_keyring("libsecret"),
    "python-keyring-keepassxc": lambda: python_keyring("SecretService", scheme="KeePassXC"),
    "msal-extensions": msal_extensions,
    "libsecret": libsecret,
}

found = CLIENTS[request["client"]]()
json.dump({"found": found if action == "read" else None}, sys.stdout)
