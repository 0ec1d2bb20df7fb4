"""A stand-in for gcr's prompter: answers gnome-keyring's dialogs as it is told.

usage: mock_prompter.py MODE PASSWORD

Owns org.gnome.keyring.SystemPrompter on the session bus and speaks
org.gnome.keyring.internal.Prompter with the sx-aes-1 exchange (1536-bit MODP group of RFC 2409,
HKDF-SHA256 with no salt and no info, AES-128-CBC, PKCS#7). One JSON object a line:

  standard output   {"event": "ready"} once the name is owned, then each begin, perform, answer, stop
  standard input    {"mode": MODE} from now on, or {"release": true}: give the answers held back

Modes: accept; wrong-then-accept (the first answer to each dialog is a wrong password, except where a
new password is asked for: there any answer is right); refuse (two wrong passwords, then dismissed); dismiss; delay (accept, but only when released); never; vanish (the
prompter dies when asked).
"""
import base64
import hashlib
import hmac
import json
import os
import secrets
import selectors
import sys

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from jeepney import DBusAddress, HeaderFields, MessageType
from jeepney import new_error, new_method_call, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

NAME = "org.gnome.keyring.SystemPrompter"
PATH = "/org/gnome/keyring/Prompter"
PROMPTER = "org.gnome.keyring.internal.Prompter"
CALLBACK = "org.gnome.keyring.internal.Prompter.Callback"
DO_NOT_QUEUE = 4

# RFC 2409 appendix / RFC 3526 section 2: the 1536-bit MODP group, generator 2.
PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF",
    16,
)
PRIME_BYTES = 192
GROUP = "[sx-aes-1]"


def parse_exchange(text):
    lines = [line for line in text.splitlines() if "=" in line]
    return {key: base64.b64decode(value) for key, value in (line.split("=", 1) for line in lines)}


def format_exchange(fields):
    lines = [f"{key}={base64.b64encode(value).decode()}" for key, value in fields.items()]
    return "\n".join([GROUP, *lines, ""])


class Dialog:
    """What one callback path is being asked, and our half of its key exchange."""

    def __init__(self, peer, path):
        self.address = DBusAddress(path, peer, CALLBACK)
        self.private = secrets.randbits(1024)
        self.public = pow(2, self.private, PRIME).to_bytes(PRIME_BYTES, "big")
        self.asked = 0
        self.is_new = False

    def key(self, exchange):
        peer_public = int.from_bytes(parse_exchange(exchange)["public"], "big")
        shared = pow(peer_public, self.private, PRIME)
        # gcr derives from the number without leading zero bytes, which one dialog in 256 has.
        shared = shared.to_bytes((shared.bit_length() + 7) // 8, "big")
        extracted = hmac.new(bytes(32), shared, hashlib.sha256).digest()
        return hmac.new(extracted, b"\x01", hashlib.sha256).digest()[:16]

    def sealed(self, exchange, password):
        iv = secrets.token_bytes(16)
        padder = padding.PKCS7(128).padder()
        padded = padder.update(password.encode()) + padder.finalize()
        encryptor = Cipher(algorithms.AES(self.key(exchange)), modes.CBC(iv)).encryptor()
        secret = encryptor.update(padded) + encryptor.finalize()
        return format_exchange({"public": self.public, "secret": secret, "iv": iv})


class Prompter:
    def __init__(self, connection, mode, password):
        self.connection = connection
        self.mode = mode
        self.password = password
        self.dialogs = {}
        self.held = []

    def command(self, command):
        self.mode = command.get("mode", self.mode)
        if command.get("release"):
            held, self.held = self.held, []
            for answer in held:
                answer()

    def serve(self, message):
        header = message.header
        if header.message_type is not MessageType.method_call:
            return
        fields = header.fields
        member = fields.get(HeaderFields.member)
        methods = {
            "BeginPrompting": self.begin,
            "PerformPrompt": self.perform,
            "StopPrompting": self.stop,
        }
        if fields.get(HeaderFields.interface) != PROMPTER or member not in methods:
            unknown = "org.freedesktop.DBus.Error.UnknownMethod"
            self.connection.send(new_error(message, unknown, "s", (f"no method {member}",)))
            return
        self.connection.send(new_method_return(message))
        methods[member](fields[HeaderFields.sender], *message.body)

    def begin(self, peer, path):
        self.dialogs[peer, path] = dialog = Dialog(peer, path)
        report("begin", path=path)
        self.call(dialog, "PromptReady", "", {}, format_exchange({"public": dialog.public}))

    def perform(self, peer, path, kind, properties, exchange):
        dialog = self.dialogs[peer, path]
        dialog.asked += 1
        shown = {key: value for key, (_, value) in properties.items()}
        dialog.is_new = shown.get("password-new", dialog.is_new)
        report("perform", path=path, type=kind, properties=shown, asked=dialog.asked)
        if self.mode == "vanish":
            sys.exit(0)
        if self.mode == "never":
            return
        if self.mode == "delay":
            self.held.append(lambda: self.answer(dialog, self.password, exchange))
            report("held", path=path)
            return
        self.answer(dialog, self.choose(dialog), exchange)

    def choose(self, dialog):
        """The password to give, or None to dismiss."""
        wrong_answers = {"wrong-then-accept": 1, "refuse": 2}.get(self.mode, 0)
        if dialog.asked <= wrong_answers and not dialog.is_new:
            return self.password + " but wrong"
        return None if self.mode in ("refuse", "dismiss") else self.password

    def answer(self, dialog, password, exchange):
        if password is None:
            report("answer", reply="no")
            self.call(dialog, "PromptReady", "no", {}, format_exchange({"public": dialog.public}))
        else:
            report("answer", reply="yes", correct=password == self.password)
            self.call(dialog, "PromptReady", "yes", {}, dialog.sealed(exchange, password))

    def stop(self, peer, path):
        dialog = self.dialogs.pop((peer, path), None)
        report("stop", path=path)
        if dialog is not None:
            self.call(dialog, "PromptDone")

    def call(self, dialog, member, *body):
        signature = "sa{sv}s" if body else None
        self.connection.send(new_method_call(dialog.address, member, signature, body))


def report(event, **details):
    print(json.dumps({"event": event, **details}), flush=True)


def main():
    connection = open_dbus_connection("SESSION")
    (result,) = connection.send_and_get_reply(message_bus.RequestName(NAME, DO_NOT_QUEUE)).body
    if result != 1:
        sys.exit(f"{NAME} is owned by somebody else")
    prompter = Prompter(connection, *sys.argv[1:])
    report("ready")
    selector = selectors.DefaultSelector()
    selector.register(connection.sock, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    rest = b""
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                # Not readline(): of two lines that come at once the selector tells only once.
                data = os.read(sys.stdin.fileno(), 65536)
                if not data:
                    return
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    prompter.command(json.loads(line))
            else:
                drain(connection, prompter)


def drain(connection, prompter):
    """Serves every whole message that is there, without waiting for more."""
    while True:
        try:
            message = connection.receive(timeout=0)
        except TimeoutError:
            return
        except ConnectionResetError:
            sys.exit(0)
        prompter.serve(message)


main()
