"""Python's msal-extensions, driven from a test.

Reads a JSON object from standard input: the persistence, and a list of operations, of which it prints
the results as one JSON list. How often the library's lock broke in is counted by its warnings.
"""

import json
import logging
import sys
import time
import warnings

warnings.simplefilter("ignore")

from msal_extensions import libsecret  # noqa: E402
from msal_extensions import (  # noqa: E402
    CrossPlatLock,
    FilePersistence,
    LibsecretPersistence,
    PersistedTokenCache,
)


class BreakIns(logging.Handler):
    count = 0

    def emit(self, record):
        if "failed to create lock file" in record.getMessage():
            BreakIns.count += 1


logging.getLogger("msal_extensions.cache_lock").addHandler(BreakIns())


def open_persistence(wanted):
    if wanted["kind"] == "file":
        return FilePersistence(wanted["location"])
    if not wanted.get("trial", True):
        libsecret.trial_run = lambda: None
    return LibsecretPersistence(
        wanted["location"],
        schema_name=wanted.get("schema"),
        attributes=wanted.get("attributes"),
        label=wanted.get("label", ""),
    )


def account(name):
    return {"home_account_id": name, "environment": "e", "realm": "r", "username": name}


def perform(operation, persistence, cache):
    match operation["do"]:
        case "save":
            return persistence.save(operation["text"])
        case "load":
            return persistence.load()
        case "add":
            entry = account(operation["name"])
            return cache.modify("Account", entry, entry)
        case "find":
            return sorted(entry["home_account_id"] for entry in cache.find("Account"))
        case "tokens":
            return sorted(entry["secret"] for entry in cache.find("AccessToken"))
        case "adds":
            for number in range(operation["count"]):
                entry = account(f"{operation['name']}{number}")
                cache.modify("Account", entry, entry)
                time.sleep(0.02)
            return BreakIns.count
        case "hold":
            with CrossPlatLock(persistence.get_location() + ".lockfile"):
                sys.stdout.write("held\n")
                sys.stdout.flush()
                sys.stdin.readline()
            return None
    raise ValueError(operation["do"])


def main():
    wanted = json.loads(sys.stdin.readline())
    persistence = open_persistence(wanted)
    cache = PersistedTokenCache(persistence)
    results = [perform(operation, persistence, cache) for operation in wanted["operations"]]
    print(json.dumps(results))


main()
