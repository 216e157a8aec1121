"""The commands for the SDK's atlas client."""

COMMANDS = {}

# Calls for which there is no command.
WITHOUT_COMMAND = {}
