"""A folder for PYTHONPATH: Python imports `sitecustomize` from it at the start of every process."""
