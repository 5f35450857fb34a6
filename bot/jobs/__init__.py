"""What the workers do, as docket's tasks."""
