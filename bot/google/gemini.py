"""The Gemini API, called with a key: does Google accept it, and which models does it reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.errors import GoogleError
from bot.google.operations import settled
from bot.google.rest_call import RestCall

if TYPE_CHECKING:
    from bot.google.calls import Calls

# Google looks at the key, its restrictions and the project before the model: NOT_FOUND says that all is well,
# and costs nothing.
NO_MODEL = "models/gemini-key-bot-asks-for-no-model"
# What a key or an API gets while it is fresh.
FRESH = frozenset({"API_KEY_INVALID", "SERVICE_DISABLED", "API_KEY_SERVICE_BLOCKED"})
# Google says RESOURCE_EXHAUSTED of these too, and no wait of ours ends them: somebody must pay or allow more.
UNPAID = ("prepayment credits are depleted", "spending cap")


@dataclass(frozen=True, slots=True)
class Gemini:
    """Call the Gemini API as whoever holds a key; the key goes into a header and nowhere else."""

    calls: Calls

    async def accepts(self, text: str) -> None:
        """Return once a call with this key is accepted; raise `GoogleError` when it stays refused.

        A refusal that a fresh key gets for a while is waited out and raised as transient at the end.
        """
        patience = self.calls.patience
        await settled(lambda: self._probe(text), _may_pass, patience.propagation, patience)

    async def accepted(self, text: str) -> bool:
        """Tell whether a call with this key is accepted now; an answer that did not come is no refusal."""
        try:
            await self._probe(text)
        except GoogleError as error:
            if error.transient:
                raise
            return False
        return True

    async def models(self, text: str) -> list[str]:
        """List the names of the models (`models/…`) that this key reaches."""
        found: list[str] = []
        token = ""
        while True:
            query = {"pageSize": "1000"} | ({"pageToken": token} if token else {})
            url = self._url(f"models?{urlencode(query)}")
            page = await self.calls.rest(RestCall("ModelService/ListModels", "GET", url, key=text))
            found += [model["name"] for model in page.get("models", [])]
            token = page.get("nextPageToken", "")
            if not token:
                return found

    async def _probe(self, text: str) -> None:
        body = {"contents": [{"parts": [{"text": "ping"}]}]}
        url = self._url(f"{NO_MODEL}:generateContent")
        probe = RestCall("GenerativeService/GenerateContent", "POST", url, body, key=text)
        try:
            await self.calls.rest_once(probe)
        except GoogleError as error:
            if error.status != "NOT_FOUND":
                raise

    def _url(self, path: str) -> str:
        return f"{self.calls.clients.endpoints.generativelanguage}/v1beta/{path}"


def _may_pass(error: GoogleError) -> bool:
    if any(text in error.message.lower() for text in UNPAID):
        return False
    unnamed_block = not error.reason and "are blocked" in error.message
    return error.transient or error.status == "UNAUTHENTICATED" or error.reason in FRESH or unnamed_block
