"""`python -m bot` is `gemini-key-bot`."""

from bot.cli import main

main()
