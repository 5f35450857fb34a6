"""What the doctor sees of Slack."""
