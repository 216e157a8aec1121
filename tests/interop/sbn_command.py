"""How a call of the SDK is said to our program: what the tables sbn_commands_*.py are made of."""

import dataclasses


@dataclasses.dataclass
class Command:
    """How a call of the SDK is said to our program."""

    words: str
    positional: tuple = ()  # names of the SDK's parameters, in the order of both
    options: dict = dataclasses.field(default_factory=dict)  # from a parameter to our option; None: it is not sent
    named: tuple = ()  # names of the SDK's positional parameters that are options here
    options: dict = dataclasses.field(default_factory=dict)  # from a parameter to our option
    said: tuple = ()  # parameters that are true or false, whose option says which; the other options are flags
    secrets: tuple = ()  # options that name a file with the value, which no command line may hold
    id_path: str = ""  # where a parameter is part of the path: the path, {} for the parameter
    # The SDK's positional parameters, when they are not ours; one that is an object stands for its members.
    spread: tuple = ()
