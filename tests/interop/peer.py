"""The peer: snapchore-core, called in this process, and what it answers.

Nothing of it is mirrored here; it is the judge. Faults of the peer, whatever their type, are the answer None.
"""

import contextlib
import json
import logging
import os
import sys
import threading

import snapchore
from snapchore import SmartBlock, snapchore_capture
from snapchore.serialize import canonical_surface

VERSION = "0.2.0"
COMMAND = [sys.executable, "-m", "snapchore"]

# The peer copies a document with a function that calls itself twice a level, and so refuses, with Python's usual
# 1,000 calls, whatever is nested deeper than some 490 levels, volatile members included. The exact level hangs on
# who calls it. With more calls allowed it hashes what it can parse, which is what is compared here.
_CALLS_ALLOWED = 5000
_STACK_BYTES = 256 * 1024 * 1024

logging.disable(logging.CRITICAL)  # it logs every hash


def on_own_stack(work):
    """What `work()` returns, called at the bottom of a large stack, where recursion limits mean the same for all."""
    answers = []

    def call():
        try:
            answers.append((work(), None))
        except BaseException as error:  # handed to the caller's thread below
            answers.append((None, error))

    usual = threading.stack_size(_STACK_BYTES)
    thread = threading.Thread(target=call)
    thread.start()
    threading.stack_size(usual)
    thread.join()
    answer, error = answers[0]
    if error is not None:
        raise error
    return answer


@contextlib.contextmanager
def calls_allowed(count):
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(count)
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)


def hash_of(text, extra_volatile=(), calls=_CALLS_ALLOWED):
    """The hash of a document given as bytes; None when it is refused. The parser keeps Python's usual limits."""
    try:
        value = json.loads(text.decode("utf-8"))
        with calls_allowed(calls):
            return snapchore_capture(value, volatile=extra_volatile or None)
    except Exception:
        return None


def canonical(text):
    """The bytes that the hash of a document covers; None when it is refused."""
    try:
        value = json.loads(text.decode("utf-8"))
        return canonical_surface(value) if isinstance(value, dict) else None
    except Exception:
        return None


def verifies(block):
    """Whether a block, as parsed JSON, verifies; a block that makes the peer fail does not."""
    try:
        return SmartBlock.from_dict(block).verify()
    except Exception:
        return False


@contextlib.contextmanager
def settings(variables):
    """The environment that the peer reads, for a while."""
    saved = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(saved)


def check_version():
    """Ends the run with a sentence when the peer is not the one that is mirrored."""
    if snapchore.__version__ != VERSION:
        sys.exit(f"snapchore-core {VERSION} is needed, and {snapchore.__version__} is installed")
