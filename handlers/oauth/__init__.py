"""Installing the app into a workspace from a web page, by Slack's OAuth."""
