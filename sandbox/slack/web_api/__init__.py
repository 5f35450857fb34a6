"""Serve the Web API methods that an approval bot calls, with Slack's scopes, tiers and error words."""
