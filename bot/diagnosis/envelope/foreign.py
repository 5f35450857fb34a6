"""Tell the errors of other companies apart, whose sentences Google's causes would recognise."""

from __future__ import annotations

# Hosts, products and codes that only others use; SDK names are not among them, because other companies' SDKs
# and gateways speak to Google as well. Plain words: a pattern of as many would cost more than all the rest.
_OTHERS = (
    *("platform.openai.com", "api.openai.com", "insufficient_quota", "gpt-", "sk-proj", "sk-or-"),
    *("openai.azure.com", "cognitiveservices.azure", "azure_openai", "anthropic", "claude-", "sk-ant"),
    *(
        "docs.github.com",
        "api.github.com",
        "github.com/login",
        "github api",
        "slack.com/api",
        "slackapierror",
    ),
    *(
        "amazonaws.com",
        "arn:aws",
        "botocore",
        "bedrock",
        "an error occurred (",
        "stripe",
        "pinecone",
        "groq.",
    ),
    *("huggingface", "mistral", "cohere.", "deepseek", "grok", "openrouter.ai", "perplexity.ai", "npm err"),
    *(
        "nginx/",
        "nginx</",
        "apache/",
        ") server at ",
        "cloudflare",
        "microsoft-iis",
        "varnish",
        "akamai",
        "squid/",
    ),
)
# Nobody else's errors hold these, even where a model of Google's is named beside them.
_SURELY_OTHERS = ("platform.openai.com", "insufficient_quota", "anthropic api")
_GOOGLES_ERRORS = (
    *("permission_denied", "resource_exhausted", "failed_precondition", "invalid_argument"),
    *("unauthenticated", "publisher model", "googleapis.com", "ai.google.dev", "reported as leaked"),
    *("user location", "pass a valid api key", "renew the api key", "unregistered callers"),
)
_GOOGLE = (
    *("google", "gemini", "vertex", "cloudcode", "cloud code", "palm", "ai.studio", "gcloud"),
    *_GOOGLES_ERRORS,
)
# A blocked prompt is an answer too; gateways pass it on with a code of their own choice.
_BLOCKED = ("blockReason", "block_reason", "BlockedReason", "PROHIBITED_CONTENT", "blocked due to SAFETY")
_AN_ERROR = ('"error":', "'error':", "error:", "exception")


def is_foreign(flat: str) -> bool:
    """Tell whether the error is of another company: it is named, and of Google nothing, or no error."""
    lower = flat.lower()
    if not any(word in lower for word in _GOOGLE):
        return any(word in lower for word in _OTHERS)
    return any(word in lower for word in _SURELY_OTHERS) and not any(w in lower for w in _GOOGLES_ERRORS)


def is_answer(flat: str) -> bool:
    """Tell whether a text is what a model answered: that may well speak of errors."""
    if any(word in flat for word in _BLOCKED):
        lower = flat.lower()
        return not any(word in lower for word in _GOOGLES_ERRORS)
    if "candidates" not in flat or ("finishReason" not in flat and "finish_reason" not in flat):
        return False
    lower = flat.lower()
    return not any(word in lower for word in _AN_ERROR)
