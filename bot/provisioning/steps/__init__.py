"""The steps, one state each; a Protocol beside each step says what it asks of Google."""
