"""Tell a workflow how its step ended, once the request it waits for has an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.key_request import State
from bot.languages.words import Words
from bot.store.messages import Place
from handlers.outbox import NOT_HERE, error_word
from handlers.surfaces import workflow_step

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.store.messages import Messages
    from handlers.front import Front

# Stands among the messages of a request, so that the step is not told again at every later change.
SURFACE = "workflow"


# Slack will say the same tomorrow: the step cannot be ended, and is not announced for ever.
HOPELESS = NOT_HERE | {"invalid_arguments", "not_allowed_token_type", "access_denied"}

log = structlog.get_logger(__name__)


class StepReports:
    """Reports are repeatable: a step that has ended cannot end again, and Slack says so."""

    def __init__(self, front: Front, messages: Messages) -> None:
        """Report through `front`, remember in `messages`."""
        self._front = front
        self._messages = messages

    async def report(self, request: KeyRequest) -> None:
        """Complete the step, or fail it with a sentence; nothing while there is something to wait for."""
        execution = request.via.execution if request.via else ""
        if not execution or workflow_step.waits(request):
            return
        if SURFACE in await self._messages.places(request.team_id, request.id):
            return
        try:
            await self._end(request, execution)
        except SlackApiError as error:
            if error_word(error) not in HOPELESS:
                raise
            log.warning("announcement.hopeless", request=request.id, surface=SURFACE, error=error_word(error))
        place = Place(execution, SURFACE, request.state.value)
        await self._messages.put(request.team_id, request.id, SURFACE, place)

    async def _end(self, request: KeyRequest, execution: str) -> None:
        if request.state is State.ACTIVE:
            outputs = workflow_step.outputs(request, self._front.console)
            await self._front.outbox.complete_step(execution, outputs)
        else:
            locale = await self._front.directory.locale(request.team_id, request.requester.user_id)
            await self._front.outbox.fail_step(execution, workflow_step.refusal(Words(locale), request))
