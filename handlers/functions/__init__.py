"""Custom steps of Workflow Builder, one file a function, named by its callback_id."""
