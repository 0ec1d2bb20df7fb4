"""Drives jeepney or dbus-fast with the line protocol that bench/c/driver.h describes.

Values come from the library's own decoder; they are right if encoding them gives the same bytes,
which the bench compares.
"""

import sys
import time


class Jeepney:
    def __init__(self):
        import jeepney
        from jeepney.low_level import Parser

        self.version = jeepney.__version__
        self._parser = Parser

    def decode(self, data):
        (message,) = self._parser().feed(data)
        return message

    def encode(self, message):
        return message.serialise(serial=message.header.serial)


class DBusFast:
    def __init__(self):
        import io

        from dbus_fast import Message
        from dbus_fast.__version__ import __version__
        from dbus_fast._private.unmarshaller import Unmarshaller

        self.version = __version__
        self._io, self._message, self._unmarshaller = io, Message, Unmarshaller

    def decode(self, data):
        return self._unmarshaller(self._io.BytesIO(data)).unmarshall()

    def encode(self, message):
        # A message keeps nothing of an earlier marshalling; each is made anew, as a caller would.
        return self._message(
            message_type=message.message_type, flags=message.flags, serial=message.serial,
            path=message.path, interface=message.interface, member=message.member,
            destination=message.destination, sender=message.sender,
            reply_serial=message.reply_serial, signature=message.signature, body=message.body,
        )._marshall(False)


def main(name, folder):
    library = {"jeepney": Jeepney, "dbus-fast": DBusFast}[name]()
    loaded = {}

    def load(workload):
        if workload not in loaded:
            with open(f"{folder}/{workload.replace('/', '-')}", "rb") as file:
                data = file.read()
            loaded[workload] = (data, library.decode(data))
        return loaded[workload]

    def run(workload, operation, count):
        data, message = load(workload)
        step, argument = (library.encode, message) if operation == "encode" else (library.decode, data)
        wall, cpu = time.perf_counter_ns(), time.process_time_ns()
        for _ in range(int(count)):
            step(argument)
        return f"{time.perf_counter_ns() - wall} {time.process_time_ns() - cpu}"

    def verify(workload, path):
        with open(path, "wb") as file:
            file.write(library.encode(load(workload)[1]))
        return "ok"

    print(f"ready {library.version}", flush=True)
    for line in sys.stdin:
        request, *words = line.split()
        try:
            answer = {"run": run, "verify": verify}[request](*words)
        except Exception as fault:  # the bench prints what a peer could not do
            answer = f"skip {type(fault).__name__}: {str(fault).splitlines()[0] if str(fault) else ''}"
        print(answer, flush=True)


main(*sys.argv[1:])
