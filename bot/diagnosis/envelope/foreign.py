"""Tell the errors of other companies apart, whose sentences Google's causes would recognise."""

from __future__ import annotations

import re

# Hosts, products and codes that only others use; SDK names are not among them, because other companies' SDKs
# and gateways speak to Google as well.
_OTHERS = re.compile(
    r"(?i)platform\.openai\.com|api\.openai\.com|insufficient_quota|\bgpt-\d|openai\.azure\.com"
    r"|cognitiveservices\.azure|azure_openai|anthropic|\bclaude-|docs\.github\.com|api\.github\.com|github\.com/login"
    r"|\bgithub api\b|amazonaws\.com|\barn:aws\b|botocore|\baws[ _-]?bedrock|slack\.com/api|slackapierror"
    r"|\bwhen calling the \w+ operation|\bstripe\b|pinecone|\bgroq\.|\bsk-(?:proj|ant|or|live|test)\b"
    r"|huggingface|mistral|cohere\.|deepseek|api\.groq\.com|openrouter\.ai|perplexity\.ai|\bnpm err"
    r"|nginx(?:/|</)|\bapache/\d|\(debian\) server at|cloudflare|microsoft-iis|varnish|akamai|\bsquid/\d"
)
_GOOGLE = re.compile(
    r"(?i)google|gemini|vertex|cloud ?code|palm|ai\.studio|\bgcp\b|gcloud|type\.googleapis|PERMISSION_DENIED"
    r"|RESOURCE_EXHAUSTED|FAILED_PRECONDITION|INVALID_ARGUMENT|UNAUTHENTICATED"
)


def is_foreign(flat: str) -> bool:
    """Tell whether a text names another company's service, and Google's nowhere."""
    return _OTHERS.search(flat) is not None and _GOOGLE.search(flat) is None
