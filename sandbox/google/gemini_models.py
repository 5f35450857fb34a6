"""The models of the Gemini API as of November 2026, and those shut down."""

from __future__ import annotations

from typing import Any

DEFAULT = "gemini-flash-latest"
NAMES = ("gemini-3-pro", "gemini-3-flash", DEFAULT)
RETIRED = frozenset({"gemini-1.5-flash", "gemini-1.5-pro", "gemini-2.5-flash", "gemini-2.5-pro"})


def describe(name: str) -> dict[str, Any]:
    """Return one entry of ListModels."""
    return {
        "name": f"models/{name}",
        "version": "001",
        "displayName": name.replace("-", " ").title(),
        "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": ["generateContent"],
    }


def reply(model: str, contents: list[Any]) -> dict[str, Any]:
    """Answer a prompt; the sandbox has no model behind it and says so."""
    words = sum(
        len(str(part.get("text", "")).split())
        for content in contents
        for part in content.get("parts", [])
        if isinstance(part, dict)
    )
    text = f"Your key works. This sandbox has no model behind it; it read {words} words."
    return {
        "candidates": [
            {"content": {"parts": [{"text": text}], "role": "model"}, "finishReason": "STOP", "index": 0}
        ],
        "usageMetadata": {
            "promptTokenCount": words,
            "candidatesTokenCount": 14,
            "totalTokenCount": words + 14,
        },
        "modelVersion": model,
    }
