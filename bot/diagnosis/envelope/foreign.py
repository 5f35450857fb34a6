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
_GOOGLE = (
    *("google", "gemini", "vertex", "cloudcode", "cloud code", "palm", "ai.studio", "gcloud"),
    *(
        "permission_denied",
        "resource_exhausted",
        "failed_precondition",
        "invalid_argument",
        "unauthenticated",
    ),
)


def is_foreign(flat: str) -> bool:
    """Tell whether a text names another company's service, and Google's nowhere."""
    lower = flat.lower()
    return not any(word in lower for word in _GOOGLE) and any(word in lower for word in _OTHERS)
