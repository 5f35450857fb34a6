"""A running bot: its role, its doors, and the look at what it stands on."""
