"""Find and read message catalogues: `.po` files compiled in memory, so that git keeps no binaries."""

from __future__ import annotations

import re
from functools import lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import structlog
from babel.core import get_global
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

FOLDER = Path(__file__).parent / "locales"
# The language of the sentences in the code.
SOURCE = "en"
# Slack's name for Latin American Spanish; CLDR files it under the UN area code.
SLACK_NAMES = {("es", "LA"): "419"}

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
_LOG = structlog.get_logger(__name__)


@lru_cache(maxsize=256)
def fallbacks(locale: str) -> tuple[str, ...]:
    """List the catalogue names to try, nearest first; nothing for what is no locale.

    A script never falls back to another one: `zh-TW` reads `zh_Hant` or English, not simplified `zh`.
    """
    tag = _TAG.fullmatch(locale)
    if tag is None:
        return ()
    language, script, territory = tag[1].lower(), (tag[2] or "").title(), (tag[3] or "").upper()
    territory = SLACK_NAMES.get((language, territory), territory)
    script, territory = _likely(language, script, territory)
    _, home = _likely(language, script, "")
    names = [
        f"{language}_{script}_{territory}" if script else "",
        f"{language}_{territory}" if _likely(language, "", territory)[0] == script else "",
        f"{language}_{script}",
        language if _likely(language, "", "")[0] == script else "",
        f"{language}_{script}_{home}" if script else "",
        f"{language}_{home}" if _likely(language, "", home)[0] == script else "",
    ]
    return tuple(dict.fromkeys(name.rstrip("_") for name in names if name))


def _likely(language: str, script: str, territory: str) -> tuple[str, str]:
    """Complete script and territory as CLDR's likely subtags do: `zh` is `Hans`, `CN`."""
    known = get_global("likely_subtags")
    for parts in ((language, script, territory), (language, territory), (language, script), (language,)):
        full = known.get("_".join(part for part in parts if part))
        if full is not None:
            _, likely_script, likely_territory = full.split("_")
            return script or likely_script, territory or likely_territory
    return script, territory


def understood(locale: str) -> str:
    """Return a locale that English or a catalogue speaks; `ValueError` names those there are."""
    names = fallbacks(locale)
    known = sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po"))
    if not {SOURCE, *known}.intersection(names):
        raise ValueError(f"nothing is translated into {locale!r}; there is {', '.join((SOURCE, *known))}")
    return locale


@lru_cache(maxsize=256)
def catalogue(folder: Path, name: str) -> GNUTranslations | None:
    """Read `<folder>/<name>/LC_MESSAGES/messages.po` once, without fuzzy entries; a broken file is none."""
    path = folder / name / "LC_MESSAGES" / "messages.po"
    compiled = BytesIO()
    try:
        with path.open("rb") as source:
            write_mo(compiled, read_po(source, locale=name, abort_invalid=True))
        compiled.seek(0)
        return GNUTranslations(compiled)
    except FileNotFoundError:
        return None
    except (PoFileError, ValueError) as broken:
        _LOG.warning("words.catalogue_broken", locale=name, error=str(broken))
        return None
