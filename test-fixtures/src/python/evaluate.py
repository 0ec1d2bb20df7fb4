"""Evaluates Python, one expression a line: for tests that speak with a Python library by its names.

usage: evaluate.py PRELUDE
  standard input    {"evaluate": EXPRESSION} or {"execute": STATEMENTS}, in one namespace
  standard output   {"value": VALUE} or {"error": CLASS, "text": TEXT}, one line each; first "ready"

Bytes are given as {"base64": ...}; what JSON does not know is given as its text.
"""
import base64
import json
import sys


def plain(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return str(value)


def answer(request, names):
    try:
        if "execute" in request:
            exec(request["execute"], names)
            return {"value": None}
        return {"value": eval(request["evaluate"], names)}
    except Exception as error:
        return {"error": type(error).__name__, "text": str(error)}


names = {}
exec(sys.argv[1], names)
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line), names), default=plain), flush=True)
