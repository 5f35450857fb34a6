"""The logic of each Google API, one module per service."""
