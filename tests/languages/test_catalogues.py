"""Every language says every sentence, and says it whole."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from babel import Locale
from babel.messages.extract import extract_from_dir

from bot.languages.catalogues import FOLDER, fallbacks
from bot.languages.catalogues import catalogue as spoken
from bot.languages.words import Words
from sandbox.slack.directory import LOCALES
from tests.languages.conftest import LANGUAGES, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages import Catalog
    from babel.messages.catalog import Message

CODE = re.compile(r"`[^`]*`")
BOLD = re.compile(r"\*[^*\n]+\*")
LINK = re.compile(r"<[^<>]*\|")
# A sign at the beginning tells the state at a glance.
SIGN = re.compile("[\u2190-\u2bff\ufe0f\U0001f300-\U0001faff]*")
METHODS = [("**.py", "bot.languages.sentences:extract")]


def texts(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Yield what was said in English and what is said instead; each plural form beside the plural.

    What is not translated yet is one test's concern, below.
    """
    for message in catalogue:
        if message.id:
            english = message.id[1] if isinstance(message.id, tuple) else message.id
            yield from ((english, text) for text in texts(message) if text)


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_french_and_chinese_ship() -> None:
    """The lists below are not empty by mistake."""
    assert {"fr", "zh_CN"} <= set(LANGUAGES)


def test_the_template_holds_what_the_source_says(template: Catalog) -> None:
    """`make words` would find nothing new and lose nothing."""
    keywords = {"many": (1, 2)}
    found = {
        sentence
        for folder in ("bot", "handlers")
        for _, _, sentence, _, _ in extract_from_dir(ROOT / folder, METHODS, keywords=keywords)
    }

    assert {message.id for message in template if message.id} == found


def test_nothing_is_left_in_english(catalogue: Catalog, template: Catalog) -> None:
    """Each sentence of the source is translated, none by a guess, and none that nobody says is kept."""
    left = {m.id for m in catalogue if m.id and (m.fuzzy or not all(texts(m)))}

    assert left == set()
    assert {m.id for m in template} == {m.id for m in catalogue}
    assert not catalogue.obsolete


def test_a_language_is_one_that_people_choose(language: str) -> None:
    """Somebody whose Slack speaks it is spoken to in it, and the file can be read by the bot."""
    readers = [locale for locale in sorted(LOCALES) if language in fallbacks(locale)]

    assert readers
    assert spoken(FOLDER, language) is not None
    for locale in readers:
        assert Words(locale)("Close") != "Close"


def test_plurals_are_as_many_as_the_language_has(language: str, catalogue: Catalog) -> None:
    """The header counts as CLDR does, and each plural has all its forms."""
    # CLDR's `many` beside `other` is for fractions and millions, which gettext does not know.
    forms = len({*Locale.parse(language).plural_form.tags, "other"} - {"many"})
    wrong = [m.id for m in catalogue if isinstance(m.id, tuple) and len(texts(m)) != catalogue.num_plurals]

    assert catalogue.num_plurals == forms
    assert wrong == []


def test_no_value_is_lost(catalogue: Catalog) -> None:
    """A translation names what the English names, no more and no less; `One key` may leave the number out."""
    wrong = []
    for message in catalogue:
        one, *more = message.id if isinstance(message.id, tuple) else (message.id,)
        needed, known = names(one).intersection(*map(names, more)), names(one).union(*map(names, more))
        wrong += [
            (one, text) for text in texts(message) if one and text and not needed <= names(text) <= known
        ]

    assert wrong == []


def test_what_is_typed_or_linked_stays_as_it_is(catalogue: Catalog) -> None:
    """Commands, permissions and variables between backticks are copied by people; links lead somewhere."""
    changed = [
        (said, text)
        for said, text in pairs(catalogue)
        for pattern in (CODE, LINK)
        if sorted(pattern.findall(said)) != sorted(pattern.findall(text))
    ]

    assert changed == []


def test_marks_are_as_many_and_signs_the_same(catalogue: Catalog) -> None:
    """What is bold in English is bold, and a sign that tells the state leads the sentence."""
    changed = [
        (said, text)
        for said, text in pairs(catalogue)
        if len(BOLD.findall(CODE.sub("", said))) != len(BOLD.findall(CODE.sub("", text)))
        or SIGN.match(said)[0].strip() != SIGN.match(text)[0].strip()  # type: ignore[index] - matches always
    ]

    assert changed == []


def test_marks_stand_free(catalogue: Catalog) -> None:
    """Slack shows `*bold*` and code as such only where no letter touches them, of any script."""
    touched = [
        text
        for _, text in pairs(catalogue)
        for mark in (*CODE.finditer(text), *BOLD.finditer(text))
        if any(
            around.isalnum()
            for around in (text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1])
        )
    ]

    assert touched == []


@pytest.mark.parametrize(
    "known", ["generativelanguage.googleapis.com", "Secret Manager", "Vertex AI", "GEMINI_API_KEY"]
)
def test_names_are_not_translated(known: str, catalogue: Catalog) -> None:
    """Products, services and variables keep the names that Google gave them."""
    assert [text for said, text in pairs(catalogue) if known in said and known not in text] == []
