"""Whether everything the bot stands on is as it must be: pure checks of facts that others read."""
