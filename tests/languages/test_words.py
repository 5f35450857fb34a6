"""People are spoken to in their language, and a bad catalogue never silences the bot."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from structlog.testing import capture_logs

from bot.errors import Conflict
from bot.languages.catalogues import fallbacks
from bot.languages.words import N_, Words

ROOT = Path(__file__).parents[2]
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {}\\n"\n\n'
TWO = "nplurals=2; plural=(n > 1);"
POLISH = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(locale: str, entries: str, plural_forms: str = TWO) -> None:
        folder = tmp_path / locale / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text(HEADER.replace("{}", plural_forms) + entries, encoding="utf-8")

    return write


def entry(english: str, translated: str) -> str:
    return f'msgid "{english}"\nmsgstr "{translated}"\n\n'


def test_english_needs_no_catalogue() -> None:
    """The source sentence is what an English reader sees, with its values."""
    assert Words()("{id} is waiting.", id="GK-7F3K") == "GK-7F3K is waiting."


def test_a_sentence_is_said_in_the_language_of_the_reader(write: Write, tmp_path: Path) -> None:
    """The catalogue is found by locale and the values land in the translation."""
    write("fr", entry("{id} is waiting.", "{id} est en attente."))

    assert Words("fr-FR", folder=tmp_path)("{id} is waiting.", id="GK-1") == "GK-1 est en attente."


def test_a_regional_catalogue_only_needs_what_differs(write: Write, tmp_path: Path) -> None:
    """Canadian French says its own words first, then French ones, then English ones."""
    write("fr_CA", entry("weekend", "fin de semaine"))
    write("fr", entry("weekend", "week-end") + entry("key", "clé"))
    words = Words("fr-CA", folder=tmp_path)

    assert [words("weekend"), words("key"), words("secret")] == ["fin de semaine", "clé", "secret"]


@pytest.mark.parametrize("locale", ["zh-CN", "zh_CN", "zh-Hans", "ZH-hans-cn", "zh"])
def test_simplified_chinese_is_found_under_each_of_its_names(
    locale: str, write: Write, tmp_path: Path
) -> None:
    """Slack says zh-CN, browsers say zh-Hans; both read zh_CN."""
    write("zh_CN", entry("key", "密钥"))

    assert Words(locale, folder=tmp_path)("key") == "密钥"


def test_traditional_chinese_readers_get_english_rather_than_simplified(write: Write, tmp_path: Path) -> None:
    """A language in another script is another language to its reader."""
    write("zh", entry("key", "密钥"))

    assert Words("zh-TW", folder=tmp_path)("key") == "key"


def test_latin_american_spanish_is_found_under_slacks_own_name(write: Write, tmp_path: Path) -> None:
    """Slack calls es-419 `es-LA`."""
    write("es_419", entry("computer", "computadora"))

    assert Words("es-LA", folder=tmp_path)("computer") == "computadora"


@pytest.mark.parametrize("locale", ["", "../../etc", "klingon", "xx-YY", "fr/../fr", "de_DE.UTF-8", "\0"])
def test_a_strange_locale_speaks_english(locale: str, write: Write, tmp_path: Path) -> None:
    """What a profile says about its language cannot break a message or read another file."""
    write("fr", entry("key", "clé"))

    words = Words(locale, folder=tmp_path)

    assert words("key") == "key"
    assert words.duration(timedelta(days=2)) == "2 days"


@pytest.mark.parametrize(
    "translated",
    [
        "attend",
        "{nom} attend",
        "{id attend",
        "{{id}} attend",
        "{id.upper} attend",
        "{id:d} attend",
        "{} attend",
    ],
)
def test_a_mangled_placeholder_falls_back_to_english(translated: str, write: Write, tmp_path: Path) -> None:
    """A translation that would lose the request's id is worse than English."""
    write("fr", entry("{id} waits", translated))

    assert Words("fr", folder=tmp_path)("{id} waits", id="GK-1") == "GK-1 waits"


def test_a_missing_value_is_shown_rather_than_raised() -> None:
    """A message with a hole reaches the person; an exception does not."""
    assert Words()("{id} waits for {who}") == "{id} waits for {who}"


def test_what_a_person_typed_is_never_a_template() -> None:
    """Braces in a value stay braces."""
    assert Words()("Reason: {reason}", reason="{id} {0}") == "Reason: {id} {0}"


def test_the_empty_sentence_stays_empty(write: Write, tmp_path: Path) -> None:
    """Gettext keeps the catalogue's header under the empty sentence; nobody should read it."""
    write("fr", entry("key", "clé"))

    assert Words("fr", folder=tmp_path)("") == ""


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 klucz"), (2, "2 klucze"), (5, "5 kluczy"), (22, "22 klucze"), (0, "0 kluczy")]
)
def test_plurals_follow_the_rules_of_the_language(n: int, said: str, write: Write, tmp_path: Path) -> None:
    """Polish has three forms and the catalogue's header says which is when."""
    forms = 'msgstr[0] "{n} klucz"\nmsgstr[1] "{n} klucze"\nmsgstr[2] "{n} kluczy"\n'
    write("pl", 'msgid "{n} key"\nmsgid_plural "{n} keys"\n' + forms, POLISH)

    assert Words("pl-PL", folder=tmp_path).many("{n} key", "{n} keys", n) == said


def test_plurals_without_a_catalogue_are_english() -> None:
    """One key, two keys, with other values beside the number."""
    words = Words("pl")

    assert words.many("One key in {project}", "{n} keys in {project}", 1, project="a") == "One key in a"
    assert words.many("One key in {project}", "{n} keys in {project}", 0, project="a") == "0 keys in a"


def test_a_plural_that_loses_a_value_falls_back_to_english(write: Write, tmp_path: Path) -> None:
    """Leaving the number out of the singular is fine, leaving the project out is not."""
    write(
        "fr",
        'msgid "One key in {p}"\nmsgid_plural "{n} keys in {p}"\n'
        'msgstr[0] "Une clé dans {p}"\nmsgstr[1] "{n} clés"\n',
    )
    words = Words("fr", folder=tmp_path)

    assert words.many("One key in {p}", "{n} keys in {p}", 1, p="a") == "Une clé dans a"
    assert words.many("One key in {p}", "{n} keys in {p}", 3, p="a") == "3 keys in a"


def test_a_fuzzy_guess_is_not_said(write: Write, tmp_path: Path) -> None:
    """An entry that the merge tool guessed waits for a translator."""
    write("fr", "#, fuzzy\n" + entry("revoke", "renouveler"))

    assert Words("fr", folder=tmp_path)("revoke") == "revoke"


@pytest.mark.parametrize("broken", [b'msgid "open', b"\xff\xfe\x00", b'msgid "a"\nmsgstr[7] "b"\n%%%'])
def test_a_broken_catalogue_is_reported_and_english_spoken(broken: bytes, tmp_path: Path) -> None:
    """A bad file costs the language, not the bot; the log names it."""
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_bytes(broken)

    with capture_logs() as logs:
        said = Words("fr", folder=tmp_path)("key")

    assert said == "key"
    assert [(line["event"], line["locale"]) for line in logs] == [("words.catalogue_broken", "fr")]


def test_an_error_can_be_said_in_any_language(write: Write, tmp_path: Path) -> None:
    """The service raises English, the front end says it in the reader's language."""
    write("fr", entry("{id} is decided after {age}.", "{id} est décidée après {age}."))
    error = Conflict("{id} is decided after {age}.", id="GK-1", age=timedelta(hours=8))

    said = Words("fr", folder=tmp_path)(error.template, **error.values)

    assert said.replace("\xa0", " ") == "GK-1 est décidée après 8 heures."


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(days=30), "30 days"),
        (timedelta(hours=8), "8 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=1, minutes=30), "1 hour, 30 minutes"),
        (timedelta(days=400, seconds=1), "400 days, 1 second"),
        (timedelta(0), "0 seconds"),
        (timedelta(minutes=-5), "5 minutes"),
    ],
)
def test_durations_are_said_exactly(length: timedelta, said: str) -> None:
    """Nothing is rounded: a limit of 36 hours is not `2 days`."""
    assert Words().duration(length) == said


@pytest.mark.parametrize(
    ("locale", "said"), [("fr", "30 jours"), ("ja-JP", "30 日"), ("zh-CN", "30天"), ("pl", "30 dni")]
)
def test_durations_follow_the_catalogue(locale: str, said: str, write: Write, tmp_path: Path) -> None:
    """Each language with a catalogue has its own units, also those without a CLDR long form."""
    write(locale.replace("-", "_"), entry("key", "x"))

    assert Words(locale, folder=tmp_path).duration(timedelta(days=30)).replace("\xa0", " ") == said


def test_dates_stay_english_when_the_sentences_do() -> None:
    """Without a catalogue a French date would stand in an English sentence."""
    assert Words("tlh").duration(timedelta(days=3)) == Words("sw").duration(timedelta(days=3)) == "3 days"


def test_a_date_says_its_time_and_zone(write: Write, tmp_path: Path) -> None:
    """A moment is never ambiguous, in whatever order the language writes it."""
    when = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
    write("de", entry("key", "Schlüssel"))

    assert Words().date(when).replace("\u202f", " ") == "Nov 20, 2026, 2:05 PM UTC"
    assert Words("en-GB").date(when) == "20 Nov 2026, 14:05 UTC"
    assert Words("de", folder=tmp_path).date(when) == "20.11.2026, 14:05 UTC"
    assert Words("fr").date(when) == "20 nov. 2026, 14:05 UTC"
    assert Words("de", folder=tmp_path).date(when, ZoneInfo("Europe/Berlin")) == "20.11.2026, 15:05 MEZ"


def test_lists_are_joined_as_the_language_does(write: Write, tmp_path: Path) -> None:
    """Also when a list is the value of a placeholder."""
    write("fr", entry("{who} said yes", "{who} ont dit oui"))

    assert Words().items(["a", "b", "c"]) == "a, b, and c"
    assert Words().items([]) == ""
    assert Words("fr", folder=tmp_path)("{who} said yes", who=["Ada", "Bo"]) == "Ada et Bo ont dit oui"


def test_a_locale_ends_in_its_own_language() -> None:
    """The nearest catalogue comes first and no other language or script is ever tried."""
    assert fallbacks("fr-CA")[:4] == ("fr_Latn_CA", "fr_CA", "fr_Latn", "fr")
    assert all(name.startswith("sr_Latn") for name in fallbacks("sr-Latn"))


SAMPLE = '''
from bot.errors import Conflict, NotFound, Refused
TITLE = N_("My requests")
def show(words, self):
    """Not a sentence for people."""
    words("{id} is waiting.", id=1)
    self.words(
        "A long sentence "
        "in two parts."
    )
    words.many("{n} key", "{n} keys", 3)
    raise Refused("Only {group} can do that.", group="x")
try:
    pass
except (Conflict, NotFound) as error:
    raise NotFound("I don't know {id}.", id=1) from error
class Late(Conflict):
    other = print("not this")
    def __init__(self):
        super().__init__("Too late." if self.other else "Far too late.")
told = f"*{words('Evidence')}* {self.words('of {n}', n=1)} {print('nor this')}"
CAUSE = Cause(
    id="nobody-reads-this",
    title="The API is off",
    explain="It must be on.",
    fix=Fix("Switch it on.", effective="at once"),
)
'''
EXTRACT = [
    *("extract", "--mapping-file", ROOT / "bot/languages/locales/babel.cfg", "--no-default-keywords"),
    *("--keyword=many:1,2", "--sort-by-file", "--add-location=file", "--no-wrap"),
]


def pybabel(*arguments: str | Path) -> None:
    subprocess.run([Path(sys.executable).with_name("pybabel"), "--quiet", *arguments], check=True)


def test_every_sentence_reaches_the_translator_and_comes_back(tmp_path: Path) -> None:
    """Extract finds marked data, words, plurals, errors and causes, and no more; a filled file works."""
    source, pot = tmp_path / "source", tmp_path / "locales" / "messages.pot"
    pot.parent.mkdir()
    source.mkdir()
    (source / "sample.py").write_text(SAMPLE)

    pybabel(*EXTRACT, "-o", pot, source)
    pybabel("init", "-i", pot, "-d", pot.parent, "-l", "fr")

    with pot.open("rb") as template:
        ids = {message.id for message in read_po(template) if message.id}
    assert ids == {
        "My requests",
        "{id} is waiting.",
        "A long sentence in two parts.",
        ("{n} key", "{n} keys"),
        "Only {group} can do that.",
        "I don't know {id}.",
        "Too late.",
        "Far too late.",
        "Evidence",
        "of {n}",
        "The API is off",
        "It must be on.",
        "Switch it on.",
        "at once",
    }
    french = pot.parent / "fr" / "LC_MESSAGES" / "messages.po"
    text = french.read_text().replace(
        'msgid "My requests"\nmsgstr ""', 'msgid "My requests"\nmsgstr "Mes demandes"'
    )
    french.write_text(text)
    assert Words("fr", folder=pot.parent)(N_("My requests")) == "Mes demandes"
