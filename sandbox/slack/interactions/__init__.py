"""Turn what a person does on the page into payloads, and honour the app's answer."""
