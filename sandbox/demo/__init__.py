"""The story that the sandbox is for, told by programs: a person's hands and eyes over the page's API."""
