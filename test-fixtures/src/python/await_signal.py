"""Waits for one signal.

usage: await_signal.py NAME INTERFACE MEMBER

Prints `subscribed` once nothing can be missed, and ends when the signal has come.
"""
import sys
from collections import deque

from jeepney import MatchRule
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

name, interface, member = sys.argv[1:]
on_bus = MatchRule(type="signal", sender=name, interface=interface, member=member)
here = MatchRule(type="signal", interface=interface, member=member)  # senders are unique names here

with open_dbus_connection("SESSION") as connection:
    signals = deque()
    with connection.filter(here, queue=signals):
        connection.send_and_get_reply(message_bus.AddMatch(on_bus))
        print("subscribed", flush=True)
        connection.recv_until_filtered(signals)
