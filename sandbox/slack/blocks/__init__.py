"""Check Block Kit as Slack's own validator does: own code, Slack's limits and words."""
