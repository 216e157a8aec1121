"""The commands for the SDK's console and control_plane clients."""

COMMANDS = {}

# Calls for which there is no command.
WITHOUT_COMMAND = {}
