"""Write numbers as the reader writes them: whole ones without decimals, given ones in full, results with the places of their cell."""

from __future__ import annotations

from decimal import Decimal

from takwin_xblocks.contract.element import Html
from takwin_xblocks.contract.voice import MINUS, Voice
from takwin_xblocks.worksheet.calculation import rounded

EXACT_PLACES = 6


def amount_text(voice: Voice, value: Decimal, *, places: int, exact: bool = False) -> str:
    """Return a number with no decimals where it is whole, else with `places`; with all that it has where `exact`, up to six."""
    needed = 0 if value == value.to_integral_value() else max(-int(value.normalize().as_tuple().exponent), 0)
    if exact and needed <= EXACT_PLACES:
        return voice.amount(value, places=max(places, needed) if needed else 0)
    shown = rounded(value, places)
    return voice.amount(shown, places=0 if shown == shown.to_integral_value() else places)


def amount_html(voice: Voice, value: Decimal, *, places: int, exact: bool = False) -> Html:
    """Return the same as HTML that keeps its order in a text that runs from the right."""
    return voice.figure(amount_text(voice, value, places=places, exact=exact))


def share_text(voice: Voice, value: Decimal) -> str:
    """Return 0.25 as 25 %."""
    sign = MINUS if value < 0 else ""
    return f"{sign}{voice.number(abs(value) * 100, places=EXACT_PLACES)}\N{NO-BREAK SPACE}%"


def share_html(voice: Voice, value: Decimal) -> Html:
    """Return the same as HTML that keeps its order in a text that runs from the right."""
    return voice.figure(share_text(voice, value))
