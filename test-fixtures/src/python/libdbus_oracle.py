"""Answers what libdbus thinks of a case: the judge of the differential tests.

A batch comes on standard input: a little-endian 32-bit number of cases, then each case as a 32-bit
length, one byte for the kind and the bytes. One byte goes back for each case, b"1" for accepted and
b"0" for refused, when the batch is done. libdbus is called through ctypes: nothing is compiled.
"""
import ctypes
import struct
import sys

libdbus = ctypes.CDLL("libdbus-1.so.3")
libdbus.dbus_message_demarshal.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]
libdbus.dbus_message_demarshal.restype = ctypes.c_void_p
libdbus.dbus_message_unref.argtypes = [ctypes.c_void_p]


def text_judge(name):
    function = getattr(libdbus, name)
    function.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    function.restype = ctypes.c_uint32
    return lambda data: function(data, None) != 0


def judge_message(data):
    message = libdbus.dbus_message_demarshal(data, len(data), None)
    if message is None:
        return False
    libdbus.dbus_message_unref(message)
    return True


# The order is that of ORACLE_KINDS in libdbus/oracle.ts.
JUDGES = [
    judge_message,
    text_judge("dbus_validate_path"),
    text_judge("dbus_validate_interface"),
    text_judge("dbus_validate_member"),
    text_judge("dbus_validate_error_name"),
    text_judge("dbus_validate_bus_name"),
    text_judge("dbus_validate_utf8"),
    text_judge("dbus_signature_validate"),
    text_judge("dbus_signature_validate_single"),
]


def main():
    while True:
        head = sys.stdin.buffer.read(4)
        if len(head) < 4:
            return
        answers = bytearray()
        for _ in range(struct.unpack("<I", head)[0]):
            length, kind = struct.unpack("<IB", sys.stdin.buffer.read(5))
            accepted = JUDGES[kind](sys.stdin.buffer.read(length))
            answers += b"1" if accepted else b"0"
        sys.stdout.buffer.write(answers)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
