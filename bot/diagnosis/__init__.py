"""Say why a Gemini call fails: redact, read the envelope, recognise the cause, weigh the facts."""
