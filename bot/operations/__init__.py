"""What the service can do, one module a verb. Each takes the desk first, then what was said.

Here is the life of a request and its key; `why_403`, `fixes` and `projects` have folders of their own.
"""
