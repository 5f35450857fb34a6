"""Models and files: not found, not for this project, retired, or of another project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import GEMINI, VERTEX
from bot.diagnosis.error import ApiError, Shape
from bot.diagnosis.signs import all_of, any_of, commonly, matches, none_of, says
from bot.languages.words import N_

if TYPE_CHECKING:
    from bot.diagnosis.facts import Facts

_DOC = "https://ai.google.dev/gemini-api/docs/models"
_ME = (Fixer.REQUESTER,)


def _is_not_listed(facts: Facts) -> str | None:
    if facts.the("model_listed", bool):
        return None
    return N_("The project's own key does not list this model.")


FILE_NO_ACCESS = Cause(
    id="file-no-access",
    title="The file or cache is of another project, or gone",
    recognise=any_of(
        matches(
            r"permission to access the file\b|access the file .{0,80}or it may not exist", "access the file"
        ),
        says("cachedcontent not found", "cached content not found"),
    ),
    explain="Uploaded files and cached contents belong to the project of the key that made them. Files live "
    "48 hours, caches an hour unless told otherwise.",
    fix=Fix("Upload the file, or make the cache, again with a key of the same project."),
    fixers=_ME,
    docs="https://ai.google.dev/gemini-api/docs/files",
    usual=Usual(403, "PERMISSION_DENIED", None, GEMINI),
    fires_on=(
        ApiError(403, message="You do not have permission to access the File abc or it may not exist."),
        ApiError(403, message="CachedContent not found (or permission denied)"),
    ),
)

TUNED_MODEL_NO_ACCESS = Cause(
    id="tuned-model-no-access",
    title="The tuned model is of another project or person",
    recognise=matches(
        r"permission to access tuned ?model|access (the )?tuned ?models?/|tunedmodels/\S+.{0,40}permission",
        "tuned",
    ),
    explain="A tuned model can be used with keys of its own project, or by people it is shared with.",
    fix=Fix("Use a key of the model's project, or have the model shared with you."),
    fixers=_ME,
    usual=Usual(403, "PERMISSION_DENIED", None, GEMINI),
    fires_on=(ApiError(403, message="You do not have permission to access tuned model tunedModels/x."),),
)

MODEL_RETIRED = Cause(
    id="model-retired",
    title="Google has retired this model",
    recognise=all_of(
        any_of(
            says("no longer available to new users"),
            commonly(
                matches(
                    r"\b(models?|gemini|palm|imagen|veo)\b.{0,120}(no longer available"
                    r"|(has been|have been|is|was|were) (deprecated|retired|discontinued|shut ?down))",
                    *("no longer", "deprecated", "retired", "discontinued", "shut"),
                )
            ),
        ),
        none_of(says("deprecationwarning", "futurewarning")),  # a library is speaking of itself
    ),
    explain="Gemini models live about a year; new projects lose access to old ones earlier.",
    fix=Fix("Use a current model."),
    fixers=_ME,
    docs="https://ai.google.dev/gemini-api/docs/deprecations",
    usual=Usual(404, "NOT_FOUND", None, GEMINI),
    reads=("model_listed",),
    confirm=_is_not_listed,
    yields_to=("standard-key-cutoff", "key-unrestricted-blocked"),
    fires_on=(
        ApiError(404, message="This model models/gemini-2.5-flash is no longer available to new users."),
        ApiError(404, message="Gemini 1.0 Pro has been retired."),
    ),
)

MODEL_NO_ACCESS = Cause(
    id="model-no-access",
    title="The model is unknown here, or the project may not use it",
    recognise=any_of(
        matches(
            r"publisher model .{0,200}\bnot (found|servable)|is not allowed to use publisher model",
            "publisher model",
        ),
        says(
            "your project does not have access to it",
            "please ensure you are using a valid model version",
        ),
        commonly(
            says(
                "project does not have access to model",
                "not have access to this model",
                "do not have access to model",
            )
        ),
    ),
    explain="The name or region is wrong, or the model must first be accepted in Model Garden or given to "
    "the project.",
    fix=Fix("Check model name and region; then accept the model in Model Garden."),
    fixers=(Fixer.REQUESTER, Fixer.PROJECT_OWNER),
    docs="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations",
    usual=Usual(404, "NOT_FOUND", None, VERTEX),
    reads=("model_listed",),
    confirm=_is_not_listed,
    yields_to=("model-retired", "org-model-not-allowed"),
    fires_on=(
        ApiError(
            404, message="Publisher Model `x` was not found or your project does not have access to it."
        ),
        ApiError(400, "FAILED_PRECONDITION", message="Project `1` is not allowed to use Publisher Model `x`"),
    ),
)

MODEL_NOT_FOUND = Cause(
    id="model-not-found",
    title="There is no such model",
    recognise=any_of(
        matches(r"\b(tuned)?models/\S+ (is )?not found|not found for api version", "not found"),
        commonly(
            matches(r"model .{0,80}(is )?not found|unknown model", "not found", "unknown model"),
            says("model_not_found"),
        ),
        matches(
            r"is not supported for (stream|bidi|batch)?(generatecontent|embedcontent|predict)", "supported"
        ),
        says("unexpected model name format"),
        # A live session that asks for a wrong model is told so in full; there this means something else.
        all_of(says("requested entity was not found"), lambda error: error.shape is not Shape.WEBSOCKET),
    ),
    explain="The model's name is misspelt, it does not exist in this API version, or not for this method.",
    fix=Fix(
        "List the models the key may use, and take a name from there.",
        command='curl -s -H "x-goog-api-key: $GEMINI_API_KEY" '
        "https://generativelanguage.googleapis.com/v1beta/models",
    ),
    fixers=_ME,
    docs=_DOC,
    usual=Usual(404, "NOT_FOUND", None, GEMINI),
    reads=("model_listed",),
    confirm=_is_not_listed,
    yields_to=("model-retired", "model-no-access", "org-model-not-allowed"),
    fires_on=(
        ApiError(
            404,
            "NOT_FOUND",
            message="models/gemini-pro is not found for API version v1beta, or is not supported for "
            "generateContent.",
        ),
    ),
)

CAUSES = (FILE_NO_ACCESS, TUNED_MODEL_NO_ACCESS, MODEL_RETIRED, MODEL_NO_ACCESS, MODEL_NOT_FOUND)
