"""Phone numbers as people write them, made the URIs that everybody understands."""

from __future__ import annotations

import phonenumbers


def tel_uri(text: str, region: str) -> str | None:
    """Return a number as ``tel:``, E.164 and its extension if any; None if it cannot be one.

    Numbers without ``+`` are those of the region, such as ``US``; with no region there are none.
    """
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    uri = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"tel:{uri};ext={number.extension}" if number.extension else f"tel:{uri}"
