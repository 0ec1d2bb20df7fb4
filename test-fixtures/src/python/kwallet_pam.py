"""Becomes kwalletd5 as pam_kwallet5 would start it: unlocked, with no dialog.

usage: kwallet_pam.py PASSWORD

kwalletd5 takes a PAM login when PAM_KWALLET5_LOGIN is set and its arguments are exactly
`--pam-login PIPE SOCKET`. On the pipe comes the 56-byte key, PBKDF2-SHA512 of the password and of the
salt that lies beside the wallet; on the socket, which it accepts one connection from, KEY=VALUE lines
of the environment. Both are filled before kwalletd5 runs, so nothing has to wait for anything.
"""
import hashlib
import os
import socket
import sys

KEY_BYTES = SALT_BYTES = 56
ITERATIONS = 50_000


def salt():
    """The salt beside the wallet, made when there is none, as PAM's module does."""
    path = os.path.join(os.environ["XDG_DATA_HOME"], "kwalletd", "kdewallet.salt")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.exists(path):
        with open(path, "xb") as file:
            file.write(os.urandom(SALT_BYTES))
    with open(path, "rb") as file:
        return file.read()


def key_pipe(password):
    reader, writer = os.pipe()
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt(), ITERATIONS, KEY_BYTES)
    os.write(writer, key)
    os.close(writer)
    return reader


def environment_socket(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall("".join(f"{key}={value}\n" for key, value in os.environ.items()).encode())
    os.unlink(path)
    return listener.detach()


socket_path = os.path.join(os.environ["XDG_RUNTIME_DIR"], "kwallet5.socket")
fds = [key_pipe(sys.argv[1]), environment_socket(socket_path)]
for fd in fds:
    os.set_inheritable(fd, True)
os.execve(
    "/usr/bin/kwalletd5",
    ["kwalletd5", "--pam-login", *map(str, fds)],
    {**os.environ, "PAM_KWALLET5_LOGIN": socket_path},
)
