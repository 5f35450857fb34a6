"""Show people what has become of their requests: messages, cards and Homes that follow the records."""
