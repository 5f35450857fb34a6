"""Which findings the bot can mend itself, and what exactly that would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.facts import Unknown
from bot.diagnosis.finding import Sure
from bot.domain.names import GEMINI
from bot.domain.repair import Offer, Remedy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.diagnosis.facts import Facts
    from bot.diagnosis.probes import RecordedKey
    from bot.diagnosis.verdict import Weighed
    from bot.domain.policy import Policy

CREATE = "apikeys.keys.create"
REMEDIES = {
    "service-disabled": Remedy.ENABLE_API,
    "key-service-blocked": Remedy.RESTRICT_KEY,
    "key-unrestricted-blocked": Remedy.RESTRICT_KEY,
    "key-referrer-blocked": Remedy.RESTRICT_KEY,
    "key-ip-blocked": Remedy.RESTRICT_KEY,
    "key-android-blocked": Remedy.RESTRICT_KEY,
    "key-ios-blocked": Remedy.RESTRICT_KEY,
    "secret-access-missing": Remedy.GRANT_ACCESS,
    "key-not-found": Remedy.UNDELETE_KEY,
    "key-leaked": Remedy.REPLACE_KEY,
    "key-expired": Remedy.REPLACE_KEY,
    "standard-key-cutoff": Remedy.REPLACE_KEY,
    "billing-disabled": Remedy.LINK_BILLING,
    "billing-required-to-enable": Remedy.LINK_BILLING,
}
# Google tells no API that a key leaked or expired: its own word in the error has to do.
_BY_WORD = frozenset({"key-leaked", "key-expired"})
_OF_PROJECTS = frozenset({Remedy.ENABLE_API, Remedy.LINK_BILLING})


def offers(found: Sequence[Weighed], held: Mapping[str, frozenset[str]], policy: Policy) -> tuple[Offer, ...]:
    """List what can be had by a press, each once."""
    listed = (_offer(one, held, policy) for one in found)
    return tuple({_name(offer): offer for offer in listed if offer}.values())


def _name(offer: Offer) -> tuple[str, str]:
    return offer.remedy, offer.project_id if offer.remedy in _OF_PROJECTS else offer.request_id


def replacements(
    keys: Sequence[RecordedKey], held: Mapping[str, frozenset[str]], cause: str = "key-leaked"
) -> tuple[Offer, ...]:
    """Offer to replace each of a person's live keys, one of which may just have been pasted."""
    return tuple(
        Offer(remedy=Remedy.REPLACE_KEY, cause=cause, project_id=key.project_id, request_id=key.request_id)
        for key in keys
        if key.live and CREATE in held.get(key.project_id, frozenset())
    )


def _offer(one: Weighed, held: Mapping[str, frozenset[str]], policy: Policy) -> Offer | None:
    finding, subject = one.finding, one.subject
    cause, remedy = finding.cause, REMEDIES.get(finding.cause.id)
    proven = one.confirmed or (finding.sure is Sure.LIKELY and cause.id in _BY_WORD)
    if remedy is None or not proven or cause.fix.needs not in held.get(subject.project, frozenset()):
        return None
    if remedy in _OF_PROJECTS:
        return _for_project(remedy, one, policy)
    if subject.key is None or not subject.key.live:
        return None
    before, after = _restrictions(one.facts) if remedy is Remedy.RESTRICT_KEY else ((), ())
    return Offer(
        remedy=remedy,
        cause=cause.id,
        project_id=subject.project,
        request_id=subject.key.request_id,
        before=before,
        after=after,
    )


def _for_project(remedy: Remedy, one: Weighed, policy: Policy) -> Offer | None:
    """Mend only projects of the policy, and there only what this service is for."""
    subject, account = one.subject, policy.fixes.billing_account
    if policy.project(subject.project) is None:
        return None
    if remedy is Remedy.ENABLE_API and subject.service != GEMINI:
        return None
    if remedy is Remedy.LINK_BILLING and not account:
        return None
    return Offer(
        remedy=remedy,
        cause=one.finding.cause.id,
        project_id=subject.project,
        # The asker's key there, if any: by its calls it is seen whether the fix works.
        request_id=subject.key.request_id if subject.key and subject.key.live else "",
        after=(account,) if remedy is Remedy.LINK_BILLING else (GEMINI,),
    )


def _restrictions(facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Show the key's restrictions as they are, and as the bot makes them: the Gemini API, from anywhere."""
    before: tuple[str, ...] = ()
    try:
        before += tuple(sorted(facts.the("key_services", frozenset)))
        kind = facts.the("key_application", str)
        before += tuple(f"{kind}: {limit}" for limit in facts.the("key_limits", tuple))
    except Unknown:
        return before, (GEMINI,)
    return before, (GEMINI,)
