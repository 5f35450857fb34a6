"""Say sentences, dates, durations and lists in a person's language; English needs no catalogue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING, Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format, get_timezone_name
from babel.lists import format_list

from bot.errors import fill
from bot.languages.catalogues import FOLDER, SOURCE, catalogue, fallbacks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import tzinfo
    from gettext import GNUTranslations
    from pathlib import Path

Unit = Literal["day", "hour", "minute", "second"]

UNITS: tuple[tuple[Unit, int], ...] = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a sentence kept as data, so that the extractor finds it; `words(sentence)` says it later."""
    return sentence


class Words:
    """Speak one locale (`fr-CA`, `zh-Hans`, `zh_CN`) as far as catalogues reach, else English.

    A translation that loses or mangles a `{placeholder}` is passed over. Nothing here raises for a bad
    catalogue, a bad locale or a missing value: the English sentence is said instead.
    """

    def __init__(self, locale: str = SOURCE, *, folder: Path = FOLDER) -> None:
        names = fallbacks(locale)
        self._catalogues = [found for name in names if (found := catalogue(folder, name))]
        understood = self._catalogues or SOURCE in names
        # A French date inside an English sentence helps nobody, so dates follow the catalogue that was found.
        self.locale = _formats((*names, SOURCE) if understood else (SOURCE,))

    def __call__(self, text: str, /, **values: object) -> str:
        """Translate, then fill `{name}` placeholders; moments, lengths, lists and states become words too."""
        return self._say(text, lambda known: known.gettext(text), _names(text), values)

    def many(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """Choose the plural form for `n`, which is also the value of `{n}`."""
        return self._say(
            singular if n == 1 else plural,
            lambda known: known.ngettext(singular, plural, n),
            _names(singular) & _names(plural),
            {"n": n, **values},
        )

    def date(self, when: datetime, zone: tzinfo = UTC) -> str:
        """Say a moment to the minute, with its time zone: `Nov 20, 2026, 2:00 PM UTC`."""
        local = when.astimezone(zone)
        day, time = format_date(local, "medium", self.locale), format_time(local, "short", locale=self.locale)
        both = str(get_datetime_format("medium", self.locale)).replace("'", "")
        # CLDR's French says TU, which no log and no console does.
        named = "UTC" if zone is UTC else get_timezone_name(local, width="short", locale=self.locale)
        return f"{both.replace('{0}', time).replace('{1}', day)} {named}"

    def duration(self, length: timedelta) -> str:
        """Say a length exactly, to the second and without a sign: `30 days`, `1 hour, 30 minutes`."""
        left = abs(int(length.total_seconds()))
        parts: list[str] = []
        for unit, seconds in UNITS:
            count, left = divmod(left, seconds)
            if count or (unit == "second" and not parts):
                parts.append(_unit(count, unit, seconds, self.locale))
        return format_list(parts, style="unit", locale=self.locale)

    def items(self, things: Iterable[object]) -> str:
        """Join things as the language does: `a, b, and c`."""
        return format_list([str(self._spoken(thing)) for thing in things], locale=self.locale)

    def _say(
        self,
        english: str,
        translated: Callable[[GNUTranslations], str],
        needed: frozenset[str],
        values: Mapping[str, object],
    ) -> str:
        spoken = {name: self._spoken(value) for name, value in values.items()}
        for known in self._catalogues if english else ():  # gettext("") is the header of the catalogue
            text = translated(known)
            if text != english and needed <= _names(text) and (said := fill(text, spoken)) is not None:
                return said
        said = fill(english, spoken)
        return english if said is None else said

    def _spoken(self, value: object) -> object:
        match value:
            case timedelta():
                return self.duration(value)
            case datetime():
                return self.date(value)
            case list() | tuple():
                return self.items(value)
            case StrEnum():
                return self(value.value)
        return value


@lru_cache(maxsize=1024)
def _unit(count: int, unit: Unit, seconds: int, locale: Locale) -> str:
    # format_unit lacks long forms for ja, ko and zh; format_timedelta knows CLDR's alias to short ones.
    exact = timedelta(seconds=count * seconds)
    return format_timedelta(exact, granularity=unit, threshold=float("inf"), locale=locale)


@lru_cache(maxsize=1024)
def _names(template: str) -> frozenset[str]:
    """Name the placeholders of a template; a mangled template has none."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)
    except ValueError:
        return frozenset()


@lru_cache(maxsize=256)
def _formats(names: tuple[str, ...]) -> Locale:
    for name in names:
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale(SOURCE)
