"""What a run was asked for on its command line, for the tests."""

import random

_chosen = {"seed": 0, "documents": 20000, "blocks": 500}


def choose(**values):
    _chosen.update(values)


def new_seed():
    return random.SystemRandom().randrange(10 ** 9)


def seed():
    return _chosen["seed"]


def documents():
    return _chosen["documents"]


def blocks():
    return _chosen["blocks"]
