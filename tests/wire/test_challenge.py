"""The challenge, byte for byte."""

from __future__ import annotations

from openucwa.wire.challenge import challenge


def test_two_lines_in_order_and_quoted():
    """Clients cut the URL out by regex, so nothing here may move (CLIENT-RULES R2, R1.32)."""
    grants = ["urn:microsoft.rtc:windows", "urn:microsoft.rtc:anonmeeting", "password"]
    bearer = 'Bearer trusted_issuers="", client_id="00000004-0000-0ff1-ce00-000000000000"'
    ours = (
        'MsRtcOAuth href="https://pool.contoso.com/WebTicket/oauthtoken",'
        'grant_type="urn:microsoft.rtc:windows,urn:microsoft.rtc:anonmeeting,password"'
    )

    assert [
        (b"WWW-Authenticate", bearer.encode()),
        (b"WWW-Authenticate", ours.encode()),
    ] == challenge("https://pool.contoso.com/WebTicket/oauthtoken", grants)
