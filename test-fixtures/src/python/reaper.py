"""Ends whatever one fixture started, and removes its folder, when its standard input closes.

usage: reaper.py FOLDER        process ids come on standard input, one a line

The test process holds the other end of that pipe: it closes when the fixture is disposed of, and
also when the test process dies, however it dies. Two ways lead to what must end: the ids it was
told, held as pidfds from then on (an id can be used again, a pidfd cannot), and every process whose
environment names FOLDER, which finds services that a bus started and daemons that forked away.
"""
import os
import select
import shutil
import signal
import sys

folder = sys.argv[1]
marker = b"KEYWIRE_FIXTURE=" + os.fsencode(folder)


def open_pidfd(pid):
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


def is_marked(pid):
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return marker in file.read().split(b"\0")
    except OSError:  # ended meanwhile, or not ours to look at
        return False


def marked_pidfds():
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [fd for fd in map(open_pidfd, filter(is_marked, pids)) if fd is not None]


def end(pidfds):
    poll = select.poll()
    for fd in pidfds:
        try:
            signal.pidfd_send_signal(fd, signal.SIGKILL)
        except ProcessLookupError:
            pass
        poll.register(fd, select.POLLIN)
    left = len(pidfds)
    while left > 0:
        for fd, _ in poll.poll():
            poll.unregister(fd)
            left -= 1


told = []
for line in sys.stdin:
    fd = open_pidfd(int(line))
    if fd is not None:
        told.append(fd)

end(told)
while found := marked_pidfds():  # what is ended may have started more on its way out
    end(found)
shutil.rmtree(folder)
