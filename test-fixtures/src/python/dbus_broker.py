"""Runs dbus-broker without systemd: this process becomes the broker, a child is its controller.

usage: dbus_broker.py unix:path=PATH | unix:abstract=NAME

dbus-broker serves no socket by itself. A controller at the other end of a socketpair speaks D-Bus to
it, hands it a listening socket and the policy, and has to stay: the broker ends when it goes. Prints
the address once the broker has taken the listener. There is no activation.
"""
import array
import os
import pathlib
import socket
import sys

from jeepney import DBusAddress, HeaderFields, MessageType, Parser
from jeepney import new_method_call, new_method_return
from jeepney.auth import BEGIN, Authenticator

BATCH = "bta(btbs)a(btssssuutt)a(btssssuutt)"
POLICY = f"(a(u({BATCH}))a(buu({BATCH}))a(ss)bs)"
ANY_UID = 0xFFFFFFFF
ANY_FDS = 2**64 - 1
PRIORITY = 1

# Everybody may connect, own every name, send and receive everything: it is the test's own bus.
OWN_ANY_NAME = [(True, PRIORITY, True, "")]
PASS_EVERYTHING = [(True, PRIORITY, "", "", "", "", 0, 0, 0, ANY_FDS)]
ALLOW_ALL = (True, PRIORITY, OWN_ANY_NAME, PASS_EVERYTHING, PASS_EVERYTHING)


def listen(address):
    kind, name = address.removeprefix("unix:").split("=", 1)
    listener = socket.socket(socket.AF_UNIX)
    if kind == "path":
        # What a broker that was killed left behind.
        pathlib.Path(name).unlink(missing_ok=True)
    listener.bind(name if kind == "path" else "\0" + name)
    listener.listen(128)
    listener.setblocking(False)
    return listener


def authenticate(connection):
    authenticator = Authenticator(enable_fds=True)
    for data in authenticator:
        connection.sendall(data)
        authenticator.feed(connection.recv(1024))
    connection.sendall(BEGIN)


def send(connection, message, serial):
    message.header.fields.pop(HeaderFields.destination, None)  # the peer is no bus: it has no names
    fds = array.array("i")
    data = message.serialise(serial=serial, fds=fds)
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)] if fds else []
    sent = connection.sendmsg([data], ancillary)
    connection.sendall(data[sent:])


def control(connection, address):
    authenticate(connection)
    broker = DBusAddress("/org/bus1/DBus/Broker", "", "org.bus1.DBus.Broker")
    policy = ([(ANY_UID, ALLOW_ALL)], [], [], False, "session")
    with listen(address) as listener:
        body = ("/org/bus1/DBus/Listener/0", listener, (POLICY, policy))
        send(connection, new_method_call(broker, "AddListener", "ohv", body), 1)
    parser = Parser()
    serial = 1
    while data := connection.recv(4096):
        for message in parser.feed(data):
            kind = message.header.message_type
            if kind is MessageType.error:
                sys.exit(f"AddListener: {message.body}")
            if kind is MessageType.method_return:
                print(address, flush=True)
            if kind is MessageType.method_call:  # reload, new activation environment: nothing to do
                serial += 1
                send(connection, new_method_return(message), serial)


ours, theirs = socket.socketpair()
if os.fork() == 0:
    theirs.close()
    control(ours, sys.argv[1])
else:
    ours.close()
    theirs.set_inheritable(True)
    os.execv(
        "/usr/bin/dbus-broker",
        [
            "dbus-broker",
            f"--controller={theirs.fileno()}",
            f"--machine-id={os.urandom(16).hex()}",
            "--max-bytes=1000000000",
            "--max-fds=4096",
            "--max-matches=100000",
            "--max-objects=1000000",
        ],
    )
