"""The challenge of a 401: where and how to get a token (R1.31-R1.35)."""

from __future__ import annotations

from collections.abc import Sequence

_NAME = b"WWW-Authenticate"  # clients compare it by case (CLIENT-RULES R4)

# The well-known id of Skype for Business; without it some clients give up (R1.34).
_BEARER = b'Bearer trusted_issuers="", client_id="00000004-0000-0ff1-ce00-000000000000"'


def challenge(token_url: str, grants: Sequence[str]) -> list[tuple[bytes, bytes]]:
    """Return the two header lines, Bearer first; their exact text is parsed by regex.

    ``token_url`` is absolute and holds no ``=``; ``grants`` are the grant types on offer.
    """
    ours = f'MsRtcOAuth href="{token_url}",grant_type="{",".join(grants)}"'
    return [(_NAME, _BEARER), (_NAME, ours.encode())]
