"""The commands for the SDK's gateway, bitblocks and blocks clients."""

COMMANDS = {}

# Calls for which there is no command.
WITHOUT_COMMAND = {}
