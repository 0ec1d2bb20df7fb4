"""Waits until an object of a bus name has a property with a wanted value.

usage: await_property.py NAME PATH INTERFACE PROPERTY JSON-VALUE

It subscribes first, then asks, and asks again after each signal of that name or change of its owner:
nothing that happens in between is missed, and nothing is asked on a timer. This suits daemons that
tell of a change with a signal of their own instead of PropertiesChanged.
"""
import json
import sys
from collections import deque

from jeepney import DBusAddress, MatchRule, MessageType, Properties
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

name, path, interface, prop, wanted = sys.argv[1:]
wanted = json.loads(wanted)
address = DBusAddress(path, name, interface)

owner_change = MatchRule(
    type="signal", sender="org.freedesktop.DBus", member="NameOwnerChanged"
)
owner_change.add_arg_condition(0, name)
signal_of_name = MatchRule(type="signal", sender=name)


def has_wanted_value(connection):
    reply = connection.send_and_get_reply(Properties(address).get(prop))
    is_return = reply.header.message_type is MessageType.method_return
    return is_return and reply.body[0][1] == wanted


with open_dbus_connection("SESSION") as connection:
    signals = deque()
    with connection.filter(MatchRule(type="signal"), queue=signals):
        for rule in (owner_change, signal_of_name):
            connection.send_and_get_reply(message_bus.AddMatch(rule))
        while not has_wanted_value(connection):
            connection.recv_until_filtered(signals)
            signals.clear()
