"""What people see: Block Kit, built from records and read back from views. Pure."""
