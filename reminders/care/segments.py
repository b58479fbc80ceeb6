"""What a text costs: its encoding, its parts, and the plain letters that keep it cheap.

Only the counting of text messages and the folding of letters live here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

# 3GPP TS 23.038: the default alphabet, and the table reached through an escape (two septets).
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")

_is_basic = re.compile(f"[{re.escape(_BASIC)}]*").fullmatch
_outside_gsm = re.compile(f"[^{re.escape(_BASIC + ''.join(sorted(_EXTENSION)))}]").findall

_LOOK_ALIKES = str.maketrans(
    dict.fromkeys("‘’‚‛‹›ʹʻʼʽˊˋ′‵`´", "'")
    | dict.fromkeys("“”„‟«»″‶", '"')
    | dict.fromkeys("‐‑‒–—―−⁃", "-")
    | dict.fromkeys("•‣∙▪◦", "*")
    | dict.fromkeys("\v\x85\u2028\u2029", "\n")
    | dict.fromkeys("\u200b\u2060\ufeff\u00ad", "")
    | {"\t": " ", "…": "...", "·": ".", "⁄": "/", "∕": "/", "×": "x", "¦": "|", "ˆ": "^", "˜": "~"}
    | {"©": "(c)", "®": "(r)", "Œ": "OE", "œ": "oe", "Ŋ": "Ng", "ŋ": "ng", "ẞ": "SS"}
    | {"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th"}
    | {"Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t", "ı": "i", "ȷ": "j", "ĸ": "k", "ƒ": "f"}
)


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text travels and is billed.

    `units` are septets in GSM-7 (an extension character is two) and UTF-16 units in UCS-2.
    `offending` are the distinct characters that force UCS-2, in order of appearance.
    """

    encoding: Literal["GSM-7", "UCS-2"]
    segments: int
    units: int
    offending: tuple[str, ...]


def count(text: str) -> Segments:
    """Count the billed segments of a text: 160 septets or 153 each, 70 UTF-16 units or 67 each.

    Neither an escape pair nor a surrogate pair is split (3GPP TS 23.038 and 23.040).
    The empty text is one segment of 0 units. A lone surrogate counts as one unit.
    """
    if _is_basic(text):
        units = len(text)
        return Segments("GSM-7", 1 if units <= 160 else -(-units // 153), units, ())
    if _outside_gsm(text):
        return _count_ucs2(text)
    widths = [2 if char in _EXTENSION else 1 for char in text]
    return Segments("GSM-7", _parts(widths, single=160, each=153), sum(widths), ())


def fold(text: str) -> str:
    """Write a text in GSM-7 where a plain look-alike exists: “á” becomes "a", with straight quotes.

    Letters that GSM-7 has (é, ñ, ü, ¿ …) stay. A character without a look-alike stays too, and
    `count` then names it as offending. Folding twice changes nothing more.
    """
    if not _outside_gsm(text):
        return text
    folded: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        is_stray_accent = unicodedata.combining(char) and folded and not _outside_gsm(folded[-1])
        if not is_stray_accent:
            folded.append(_look_alike(char))
    return "".join(folded)


def _count_ucs2(text: str) -> Segments:
    """Count in UTF-16 units; two surrogates in a row are the one character they spell."""
    spelled = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    widths = [2 if char > "\uffff" else 1 for char in spelled]
    offending = tuple(dict.fromkeys(_outside_gsm(spelled)))
    return Segments("UCS-2", _parts(widths, single=70, each=67), sum(widths), offending)


def _parts(widths: Sequence[int], *, single: int, each: int) -> int:
    """Fill parts one character after another; a character never straddles two."""
    if sum(widths) <= single:
        return 1
    parts, room = 1, each
    for width in widths:
        if width > room:
            parts, room = parts + 1, each
        room -= width
    return parts


@lru_cache(maxsize=4096)
def _look_alike(char: str) -> str:
    """Return the GSM-7 spelling of one character, or the character itself when it has none."""
    if not _outside_gsm(char):
        return char
    # Fractions and powers stay: unfolded, "1½" would read "11/2" and "10²" would read "102".
    if unicodedata.category(char) == "No":
        return char
    letters = unicodedata.normalize("NFKD", char.translate(_LOOK_ALIKES))
    plain = "".join(c for c in letters if not unicodedata.combining(c)).translate(_LOOK_ALIKES)
    is_bare_accent = len(plain) < len(letters) and not plain.strip()
    return char if is_bare_accent or _outside_gsm(plain) else plain
