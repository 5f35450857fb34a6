"""`python -m bot` is `gemini-key-bot`."""

from bot.cli.main import main

main()
