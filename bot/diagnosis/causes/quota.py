"""Limits: rate, free tier, daily, credits, caps, and Google's own capacity."""

from __future__ import annotations

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import GEMINI
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import all_of, any_of, commonly, http, matches, names_quota, none_of, reason, says
from bot.languages.words import N_

_DOC = "https://ai.google.dev/gemini-api/docs/rate-limits"
_EXHAUSTED = Usual(429, "RESOURCE_EXHAUSTED", None, GEMINI)
_MIDNIGHT = N_("at midnight Pacific time")
_FREE = any_of(names_quota(r"free_?tier"), matches(r"free[_ -]?tier(?!s)", "tier"))
_EXCEEDED = all_of(
    any_of(
        reason("RATE_LIMIT_EXCEEDED", "RESOURCE_QUOTA_EXCEEDED", "QUOTA_EXHAUSTED"),
        says(
            "exceeded your current quota",
            "resource has been exhausted",
            "resource exhausted",
            "exhausted your capacity",
            "exhausted your daily quota",
            "resource_exhausted",
        ),
        commonly(
            http(429),
            matches(r"(?<!disk )quota exceeded|quota limit", "quota"),
            says(
                "exceeded your quota",
                "rate limit exceeded",
                "too many requests",
                "rate_limit_exceeded",
            ),
        ),
    ),
    none_of(says("message larger than max")),  # gRPC's own RESOURCE_EXHAUSTED
)
_ZERO = all_of(
    _EXCEEDED,
    any_of(
        matches(r"limit: 0(?![.\d])|(does not|doesnt) have a free (quota )?tier", "limit: 0", "have a free"),
        lambda error: "0" in (error.metadata.get("quotaValue"), error.metadata.get("quota_limit_value")),
    ),
)
_DAILY = all_of(
    any_of(names_quota(r"per_?day"), matches(r"per[ _]?day|daily", "day", "daily")),
    none_of(names_quota(r"per_?user"), says("per user")),  # the limit of a login, not of a project
)
_CREDITS = any_of(
    says("prepayment credits"),
    commonly(
        says("credits are depleted", "prepaid credits"),
        matches(r"credit balance is (too low|depleted|exhausted)", "credit balance"),
    ),
)
_CAP = any_of(
    reason("SPENDING_CAP_EXCEEDED"),
    says("exceeded its monthly spending cap"),
    commonly(matches(r"spend(ing)?[ _](cap|limit)|monthly spending", "spend")),
)
_CAPACITY = any_of(
    reason("MODEL_CAPACITY_EXHAUSTED"),
    says(
        "no capacity available for model",
        "model_capacity_exhausted",
        "the model is overloaded. please try again later",
        "this model is currently experiencing high demand",
    ),
    commonly(says("no capacity available", "model is overloaded", "experiencing high demand")),
)

QUOTA_FREE_TIER_ZERO = Cause(
    id="quota-free-tier-zero",
    title="The free tier does not include this model",
    recognise=all_of(_ZERO, none_of(_CREDITS, _CAP)),
    explain="The limit is 0: the model is not part of the project's tier, so waiting does not help, nor "
    "does a new key.",
    fix=Fix(
        "Link billing to the project to leave the free tier, or use a model that the free tier includes."
    ),
    fixers=(Fixer.PROJECT_OWNER, Fixer.REQUESTER),
    docs=_DOC,
    usual=_EXHAUSTED,
    fires_on=(
        ApiError(
            429,
            message="Quota exceeded for metric: "
            "generativelanguage.googleapis.com/generate_content_free_tier_requests, "
            "limit: 0, model: gemini-x",
        ),
    ),
)

QUOTA_FREE_TIER = Cause(
    id="quota-free-tier",
    title="The project has used up its free tier",
    recognise=all_of(_EXCEEDED, _FREE),
    explain="Free limits are small and count per project and model, not per key: a new key does not help.",
    fix=Fix("Wait, or link billing to the project.", effective=_MIDNIGHT),
    fixers=(Fixer.PROJECT_OWNER, Fixer.REQUESTER),
    docs=_DOC,
    usual=_EXHAUSTED,
    yields_to=("quota-free-tier-zero", "prepay-depleted", "spend-cap", "capacity-exhausted"),
    fires_on=(ApiError(429, quota_ids=("GenerateRequestsPerDayPerProjectPerModel-FreeTier",)),),
)

QUOTA_PAID_TIER_DAILY = Cause(
    id="quota-paid-tier-daily",
    title="The project has used up its daily limit",
    recognise=all_of(_EXCEEDED, _DAILY, none_of(_FREE)),
    explain="A paid tier has daily limits too, per project and model; a new key does not help.",
    fix=Fix("Wait until the day ends, ask for a higher tier, or use another model.", effective=_MIDNIGHT),
    fixers=(Fixer.PROJECT_OWNER, Fixer.REQUESTER),
    docs=_DOC,
    usual=_EXHAUSTED,
    yields_to=("quota-free-tier-zero", "prepay-depleted", "spend-cap", "capacity-exhausted"),
    fires_on=(
        ApiError(429, quota_ids=("GenerateRequestsPerDayPerProjectPerModel-PaidTier",)),
        ApiError(429, quota_ids=("generate_requests_per_model_per_day",)),
    ),
)

QUOTA_RATE = Cause(
    id="quota-rate",
    title="The project sends more than its quota allows",
    recognise=_EXCEEDED,
    explain="Quota counts per project and model, for all its keys together; a new key does not help.",
    fix=Fix("Wait and try again with growing pauses, or ask for a higher quota.", effective="within minutes"),
    fixers=(Fixer.REQUESTER, Fixer.PROJECT_OWNER),
    docs=_DOC,
    usual=_EXHAUSTED,
    yields_to=(
        "quota-free-tier-zero",
        "quota-free-tier",
        "quota-paid-tier-daily",
        "prepay-depleted",
        "spend-cap",
        "capacity-exhausted",
        "emulator-quota-exceeded",
        "billing-link-quota",
    ),
    fires_on=(
        ApiError(429, "RESOURCE_EXHAUSTED", message="Resource has been exhausted (e.g. check quota)."),
        ApiError(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
        ApiError(403, "RESOURCE_EXHAUSTED", "RESOURCE_QUOTA_EXCEEDED"),
    ),
)

PREPAY_DEPLETED = Cause(
    id="prepay-depleted",
    title="The prepaid credits of the project are used up",
    recognise=_CREDITS,
    explain="The project pays in advance and its balance is empty.",
    fix=Fix("Top up the credits in AI Studio under Projects.", effective="a few minutes"),
    fixers=(Fixer.BILLING_ADMIN,),
    docs="https://ai.google.dev/gemini-api/docs/billing",
    usual=_EXHAUSTED,
    fires_on=(
        ApiError(
            429, message="Your prepayment credits are depleted. Please go to AI Studio to manage your project"
        ),
    ),
)

SPEND_CAP = Cause(
    id="spend-cap",
    title="The project or billing account has reached its spending cap",
    recognise=_CAP,
    explain="A cap set in AI Studio, or the cap of the billing tier, pauses all calls until it is raised "
    "or the month ends.",
    fix=Fix("Raise the cap, or wait for the next month.", effective="a few minutes"),
    fixers=(Fixer.BILLING_ADMIN,),
    docs="https://ai.google.dev/gemini-api/docs/billing",
    usual=_EXHAUSTED,
    yields_to=("prepay-depleted",),
    fires_on=(
        ApiError(429, reason="SPENDING_CAP_EXCEEDED"),
        ApiError(429, message="Your project has exceeded its monthly spending cap."),
    ),
)

CAPACITY_EXHAUSTED = Cause(
    id="capacity-exhausted",
    title="Google has no capacity for this model right now",
    recognise=_CAPACITY,
    explain="That is Google's load, not your quota or key.",
    fix=Fix("Try again in a while, or use another model.", effective="minutes to hours"),
    fixers=(Fixer.REQUESTER, Fixer.GOOGLE),
    docs="https://aistudio.google.com/status",
    usual=Usual(service=GEMINI),
    fires_on=(
        ApiError(429, reason="MODEL_CAPACITY_EXHAUSTED"),
        ApiError(503, "UNAVAILABLE", message="The model is overloaded. Please try again later."),
    ),
)

EMULATOR_QUOTA_EXCEEDED = Cause(
    id="emulator-quota-exceeded",
    title="The emulator's quota is used up",
    recognise=reason("EMULATOR_QUOTA_EXCEEDED"),
    explain="The call came from an emulated device, for which Google has a separate, small quota.",
    fix=Fix("Try again later, or call from a real device or server."),
    fixers=(Fixer.REQUESTER,),
    usual=Usual(429, "RESOURCE_EXHAUSTED", "EMULATOR_QUOTA_EXCEEDED"),
    fires_on=(ApiError(429, reason="EMULATOR_QUOTA_EXCEEDED"),),
)

CAUSES = (
    PREPAY_DEPLETED,
    SPEND_CAP,
    CAPACITY_EXHAUSTED,
    QUOTA_FREE_TIER_ZERO,
    QUOTA_FREE_TIER,
    QUOTA_PAID_TIER_DAILY,
    EMULATOR_QUOTA_EXCEEDED,
    QUOTA_RATE,
)
