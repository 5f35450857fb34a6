"""The picture of a key's calls: a bar a day, stacked by HTTP status.

Only digits, codes and the words given to it stand in the picture: Pillow's own font writes Latin, and so
every language can have the same picture. Pillow, and not matplotlib (ten times its size with NumPy, and
half a second to load) or SVG (whose fonts are the machine's, and a container has none).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections import Counter
    from datetime import date

    from bot.domain.usage import KeyUsage

SIZE = WIDTH, HEIGHT = 1440, 640
LEFT, RIGHT, TOP, BOTTOM = 110, 40, 150, 80
PAPER, INK, QUIET, LINE = "#ffffff", "#1d1c1d", "#616061", "#dddddd"
# Told apart also in grey, and by people who see no red: light blue < orange < dark.
COLOURS = {"2": "#4a90d9", "3": "#b9c4d0", "429": "#f2b134", "4": "#d9822b", "5": "#7a1f3d"}
OTHER = "#444444"
LARGE, NORMAL = 34, 26
MOST_LABELS, MOST_LINES = 10, 5
THINNEST = 4
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Scale:
    """What a line stands for, and how many there are above the ground."""

    step: int
    lines: int

    def height(self, count: int) -> float:
        """Say where a count stands on the picture."""
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / (self.step * self.lines)


def draw(usage: KeyUsage, title: str) -> bytes:
    """Draw it as PNG."""
    kept = BytesIO()
    picture(usage, title).save(kept, "PNG")
    return kept.getvalue()


def picture(usage: KeyUsage, title: str) -> Image.Image:
    """Draw it."""
    days, statuses = usage.by_day(), usage.by_status()
    drawn = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(drawn)
    pen.text((LEFT, 30), title, INK, _font(LARGE))
    _legend(pen, statuses)
    scale = scale_for(max(day.total() for day in days.values()))
    _lines(pen, scale)
    _bars(pen, days, sorted(statuses), scale)
    return drawn


def scale_for(most: int) -> Scale:
    """Let a line stand for 1, 2 or 5 with zeros, so that the highest bar fits under at most five."""
    steps = (step * 10**power for power in count() for step in STEPS)
    step = next(step for step in steps if step * MOST_LINES >= most)
    return Scale(step, max(1, -(-most // step)))


def colour(status: str) -> str:
    """Give a status its colour."""
    return COLOURS.get(status) or COLOURS.get(status[:1], OTHER)


def _legend(pen: ImageDraw.ImageDraw, statuses: Counter[str]) -> None:
    x = float(LEFT)
    for status, calls in sorted(statuses.items()):
        pen.rectangle((x, 96, x + 24, 120), colour(status))
        text = f"{status}: {calls:,}"
        pen.text((x + 36, 92), text, INK, _font(NORMAL))
        x += 36 + _font(NORMAL).getlength(text) + 44


def _lines(pen: ImageDraw.ImageDraw, scale: Scale) -> None:
    for n in range(scale.lines + 1):
        y = scale.height(n * scale.step)
        pen.line((LEFT, y, WIDTH - RIGHT, y), LINE if n else QUIET, 2)
        pen.text((LEFT - 16, y), f"{n * scale.step:,}", QUIET, _font(NORMAL), anchor="rm")


def _bars(
    pen: ImageDraw.ImageDraw, days: dict[date, Counter[str]], statuses: list[str], scale: Scale
) -> None:
    slot = (WIDTH - LEFT - RIGHT) / len(days)
    every = -(-len(days) // MOST_LABELS)
    for n, (day, counts) in enumerate(sorted(days.items())):
        left, right = LEFT + slot * (n + 0.15), LEFT + slot * (n + 0.85)
        base = scale.height(0)
        for status in statuses:
            if counts[status]:
                top = base - max(scale.height(0) - scale.height(counts[status]), THINNEST)
                pen.rectangle((left, top, right, base), colour(status))
                base = top
        if (len(days) - 1 - n) % every == 0:  # today is always named
            middle = (left + right) / 2
            pen.text((middle, HEIGHT - BOTTOM + 16), f"{day:%m-%d}", QUIET, _font(NORMAL), anchor="mt")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
