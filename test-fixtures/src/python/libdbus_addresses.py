"""Judges D-Bus addresses with libdbus: one JSON list of hex-encoded addresses on standard input,
one JSON list of verdicts on standard output. A verdict is null for a refused address, else a list
of [transport, {key: value}], everything hex-encoded; the values are asked for by the keys that
the input names, since libdbus cannot list them."""

import ctypes
import json
import sys

libdbus = ctypes.CDLL("libdbus-1.so.3")
libdbus.dbus_address_entry_get_method.restype = ctypes.c_char_p
libdbus.dbus_address_entry_get_method.argtypes = [ctypes.c_void_p]
libdbus.dbus_address_entry_get_value.restype = ctypes.c_char_p
libdbus.dbus_address_entry_get_value.argtypes = [ctypes.c_void_p, ctypes.c_char_p]


class DBusError(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("message", ctypes.c_char_p),
        ("flags", ctypes.c_uint),
        ("padding", ctypes.c_void_p),
    ]


def judge(address, keys):
    error = DBusError()
    libdbus.dbus_error_init(ctypes.byref(error))
    entries = ctypes.POINTER(ctypes.c_void_p)()
    count = ctypes.c_int()
    accepted = libdbus.dbus_parse_address(
        address, ctypes.byref(entries), ctypes.byref(count), ctypes.byref(error)
    )
    if not accepted:
        libdbus.dbus_error_free(ctypes.byref(error))
        return None
    verdict = []
    for index in range(count.value):
        values = {}
        for key in keys:
            value = libdbus.dbus_address_entry_get_value(entries[index], key)
            if value is not None:
                values[key.hex()] = value.hex()
        method = libdbus.dbus_address_entry_get_method(entries[index])
        verdict.append([method.hex(), values])
    libdbus.dbus_address_entries_free(entries)
    return verdict


request = json.load(sys.stdin)
json.dump(
    [judge(bytes.fromhex(case["address"]), [bytes.fromhex(key) for key in case["keys"]])
     for case in request],
    sys.stdout,
)
