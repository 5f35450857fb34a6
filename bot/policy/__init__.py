"""The policy as a file: read, watched while the bot runs, explained."""
