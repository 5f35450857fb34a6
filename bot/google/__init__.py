"""Google Cloud, one gateway per API; answers are our values, refusals are `GoogleError`.

`wire`, `credentials` and `errors` load Google's libraries (0.3 s): `Clients` imports them in a thread on the
first call, so that no acknowledgement to a person waits for them. All other modules are light.
"""
