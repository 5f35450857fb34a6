"""The answer of why-403: what, evidence, fix, who can; what was ruled out, what could not be read."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.diagnosis import saying
from bot.diagnosis.case import Sight
from bot.diagnosis.catalogue import BY_ID
from bot.diagnosis.finding import Sure
from handlers.surfaces import why_facts, why_fixes
from handlers.surfaces.blocks import Block, actions, button, code, context, header, modal, section
from handlers.surfaces.telling import spoken
from handlers.surfaces.text import escape
from handlers.surfaces.why_modal import place

if TYPE_CHECKING:
    from bot.diagnosis.case import Case, Report, Said
    from bot.languages.words import Words

AGAIN, SEND = "why_403_again", "why_403_send"
MOST_OTHERS = 4
MOST_PEOPLE = 5


def message(words: Words, case: Case, *, in_view: bool = False) -> tuple[str, list[Block]]:
    """Render an answered case as a message, or for a modal."""
    report = case.report
    assert report is not None  # noqa: S101 - only answered cases are shown
    if report.unable:
        told = words(report.unable)
        return told, [*_leak(words, case), section(told), _buttons(words, case, in_view=in_view)]
    shown = [found for found in report.findings if found.sure is not Sure.RULED_OUT]
    blocks = [header(words("Why it fails")), *_leak(words, case)]
    blocks += _finding(words, shown[0], report) if shown else _nothing(words, case)
    blocks += _others(words, shown[1:])
    blocks += _unseen(words, report)
    blocks += [context(*lines) for lines in (why_facts.lines(words, report),) if lines]
    blocks.append(_buttons(words, case, in_view=in_view))
    return _text(words, shown, case), blocks


def view(words: Words, case: Case) -> Block:
    """Render an answered case as a modal."""
    _, blocks = message(words, case, in_view=True)
    return modal(
        "why_403_answer",
        words("Why does it fail?"),
        words("Close"),
        blocks,
        external_id=place(case.id)["view"],
    )


def title(words: Words, found: Said) -> str:
    """Say what it is, in one sentence."""
    return _say(words, BY_ID[found.cause].title, found)


def _text(words: Words, shown: list[Said], case: Case) -> str:
    if shown:
        return f"{title(words, shown[0])} ({words(saying.SURE[shown[0].sure])})"
    if case.parsed is None:
        return words("I found nothing wrong with your keys.")
    if case.report and case.report.findings:
        return words("What the error says is not so any more.")
    return words("I don't recognise this error.")


def _finding(words: Words, found: Said, report: Report) -> list[Block]:
    cause = BY_ID[found.cause]
    about = f" · *{found.about}*" if found.about else ""
    what = f"*{title(words, found)}*\n{_say(words, cause.explain, found)}"
    evidence = words(found.evidence, **spoken(words, found.evidence_values))
    fix = _say(words, cause.fix.words, found)
    after = words("Effective: {when}.", when=words(cause.fix.effective))
    who = saying.who(words, found.who)
    read = why_facts.read_for(words, cause.reads, report)
    return [
        section(what),
        section(f"*{words('Evidence')}* · {words(saying.SURE[found.sure])}{about}\n{evidence}"),
        *([context(*read)] if read else []),
        section(f"*{words('Fix')}*\n{fix} {after}"),
        *([code(found.command)] if found.command else []),
        context(who, *_people(words, found), f"<{cause.docs}|{words('Google about it')}>"),
    ]


def _people(words: Words, found: Said) -> list[str]:
    """Name who can, as far as the project's own policy tells; its folder and organization grant too."""
    if found.people_unread:
        return [words("Who that is here I could not read: the project's policy is not shown to me.")]
    if found.people is None:
        return []
    if not found.people:
        return [words("The project's own policy names no person who can; its folder or organization may.")]
    named = [f"`{escape(person)}`" for person in found.people[:MOST_PEOPLE]]
    return [words("By the project's own policy: {people}.", people=words.items(named))]


def _others(words: Words, others: list[Said]) -> list[Block]:
    if not others:
        return []
    lines = [f"• {title(words, found)} ({words(saying.SURE[found.sure])})" for found in others[:MOST_OTHERS]]
    return [section("\n".join([f"*{words('Also found')}*", *lines]))]


def _nothing(words: Words, case: Case) -> list[Block]:
    if case.parsed is None:
        return _healthy(words, case)
    if case.report and case.report.findings:
        return _over(words, case.report)
    bundle = {name: value for name, value in asdict(case.parsed).items() if value and name != "shape"}
    told = words("I don't recognise this error. What I understood of it, redacted, to pass on:")
    return [section(told), code(json.dumps(bundle, ensure_ascii=False, indent=1))]


def _over(words: Words, report: Report) -> list[Block]:
    """Say that what the error tells is not so any more."""
    found = report.findings[0]
    read = why_facts.read_for(words, BY_ID[found.cause].reads, report)
    told = words("*The error says: {title}.* What I read now speaks against it.", title=title(words, found))
    rest = words("Was it mended meanwhile? Changes at Google take minutes to spread: please try again.")
    return [section(f"{told}\n{rest}"), *([context(*read)] if read else [])]


def _healthy(words: Words, case: Case) -> list[Block]:
    report = case.report
    if report is None or not report.keys:
        told = words("You have no live key here, so there is nothing of yours that I could check.")
        return [section(told)]
    keys = words.items([f"*{key}*" for key in report.keys])
    told = words("I found nothing wrong with {keys}.", keys=keys)
    rest = words(
        "Paste the error that you get: it says what my checks cannot see, for example which key the "
        "program really sends."
    )
    return [section(f"✅ {told}\n{rest}")]


def _leak(words: Words, case: Case) -> list[Block]:
    if not case.secrets:
        return []
    told = words(
        "⚠️ *Your text holds a credential ({kinds}).* I kept nothing of it, but whatever was pasted must be "
        "treated as leaked: replace it, then delete the old one.",
        kinds=words.items([words(kind) for kind in case.secrets]),
    )
    return [section(told)]


def _unseen(words: Words, report: Report) -> list[Block]:
    if report.sight is not Sight.NOT_OURS:
        return []
    told = words(
        "I can't see project {project}: it is not one that I look after. Whoever can sees it with these "
        "lines; paste their output here together with the error.",
        project=f"`{escape(report.project)}`",
    )
    return [section(told), code(why_facts.commands(report.project))]


def _buttons(words: Words, case: Case, *, in_view: bool) -> Block:
    rest = [button(AGAIN, words("Check again"), case.id)]
    if in_view:
        rest.append(button(SEND, words("Send to my DM"), case.id))
    return actions(f"why:{case.id}", *why_fixes.buttons(words, case), *rest)


def _say(words: Words, template: str, found: Said) -> str:
    return words(template, **spoken(words, found.values))
