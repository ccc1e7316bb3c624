"""Regions that a profile offers, by country. Elsewhere a region is free text."""

from __future__ import annotations

REGIONS: dict[str, tuple[dict[str, str], ...]] = {
    "MA": (
        {"ar": "طنجة - تطوان - الحسيمة", "fr": "Tanger-Tétouan-Al Hoceïma", "en": "Tangier-Tetouan-Al Hoceima"},
        {"ar": "الشرق", "fr": "L'Oriental", "en": "Oriental"},
        {"ar": "فاس - مكناس", "fr": "Fès-Meknès", "en": "Fez-Meknes"},
        {"ar": "الرباط - سلا - القنيطرة", "fr": "Rabat-Salé-Kénitra", "en": "Rabat-Sale-Kenitra"},
        {"ar": "بني ملال - خنيفرة", "fr": "Béni Mellal-Khénifra", "en": "Beni Mellal-Khenifra"},
        {"ar": "الدار البيضاء - سطات", "fr": "Casablanca-Settat", "en": "Casablanca-Settat"},
        {"ar": "مراكش - آسفي", "fr": "Marrakech-Safi", "en": "Marrakesh-Safi"},
        {"ar": "درعة - تافيلالت", "fr": "Drâa-Tafilalet", "en": "Draa-Tafilalet"},
        {"ar": "سوس - ماسة", "fr": "Souss-Massa", "en": "Souss-Massa"},
        {"ar": "كلميم - واد نون", "fr": "Guelmim-Oued Noun", "en": "Guelmim-Oued Noun"},
        {"ar": "العيون - الساقية الحمراء", "fr": "Laâyoune-Sakia El Hamra", "en": "Laayoune-Sakia El Hamra"},
        {"ar": "الداخلة - وادي الذهب", "fr": "Dakhla-Oued Ed-Dahab", "en": "Dakhla-Oued Ed-Dahab"},
    ),
}
"""In the order of decree 2-15-40."""


def region_names(country: str, language: str) -> tuple[str, ...]:
    """Return the names of a country's regions in a language; none where no list is kept."""
    return tuple(region[language] for region in REGIONS.get(country, ()))


def kept_region(country: str, text: str) -> str:
    """Return a region as it is kept: one of the list under its French name, whatever the language it was chosen in."""
    return next((region["fr"] for region in REGIONS.get(country, ()) if text in region.values()), text)


def shown_region(country: str, kept: str, language: str) -> str:
    """Return a kept region in the reader's language, where the list knows it."""
    return next((region[language] for region in REGIONS.get(country, ()) if region["fr"] == kept), kept)
