"""Every known cause, one small module per family."""
