"""The secret of the item with the attributes that are given as arguments, through SecretStorage."""

import sys

import secretstorage

names = sys.argv[1::2]
attributes = dict(zip(names, sys.argv[2::2]))
connection = secretstorage.dbus_init()
item = next(secretstorage.search_items(connection, attributes))
sys.stdout.write(item.get_secret().decode())
connection.close()
