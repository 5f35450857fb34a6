"""From where a key may be used: addresses, or web pages; Google takes one of the two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal

from bot.errors import Refused

Demand = Literal["none", "optional", "ip", "referrer", "either"]
MOST = 20
# A range wider than this is no restriction: a sixteenth of all IPv4 addresses.
WIDEST = {4: 8, 6: 16}
_REFERRER = re.compile(r"(https?://)?(\*\.)?([a-z0-9-]+\.)+[a-z]{2,}(:\d+)?(/[^\s<>]*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Restriction:
    """Addresses and ranges (`198.51.100.0/24`) or pages (`https://*.example.com/*`); none: from anywhere."""

    ips: tuple[str, ...] = ()
    referrers: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[str, ...]:
        """All that is allowed, as it was written."""
        return self.ips + self.referrers

    def meets(self, demand: Demand) -> bool:
        """Tell whether it is what a policy demands."""
        match demand:
            case "ip":
                return bool(self.ips)
            case "referrer":
                return bool(self.referrers)
            case "either":
                return bool(self.entries)
        return True


ANYWHERE = Restriction()


def read(text: str) -> Restriction:
    """Read what a person wrote, separated by lines, commas or spaces; `Refused` names what is wrong."""
    entries = tuple(dict.fromkeys(re.split(r"[\s,;]+", text.strip()))) if text.strip() else ()
    if len(entries) > MOST:
        raise Refused("Name at most {most} addresses or pages.", most=MOST)
    ips = tuple(entry for entry in entries if _is_address(entry))
    others = tuple(entry for entry in entries if entry not in ips)
    for entry in others:
        if not _REFERRER.fullmatch(entry):
            raise Refused(
                "{entry} is neither an address like 198.51.100.0/24 nor a page like https://*.example.com/*.",
                entry=entry[:80],
            )
    if ips and others:
        raise Refused("Google takes addresses or pages, not both.")
    return Restriction(ips, others)


def _is_address(entry: str) -> bool:
    try:
        network = ip_network(entry, strict=False)
    except ValueError:
        return False
    if network.prefixlen < WIDEST[network.version]:
        raise Refused("{entry} is nearly everywhere. Name a narrower range.", entry=entry)
    return True
