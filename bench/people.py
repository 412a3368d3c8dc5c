"""People who are signed in and available, for measuring."""

from __future__ import annotations

import json
import urllib.request
from typing import Any


def call(url: str, token: str = "", body: Any = None, method: str = "POST") -> Any:
    """Send JSON, return JSON."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request) as response:
        text = response.read()
    return json.loads(text) if text else None


def sign_in(url: str, user: str) -> str:
    """Return a token for one of the demonstration's people."""
    form = f"grant_type=password&username={user}@contoso.test&password={user}-demo"
    with urllib.request.urlopen(f"{url}/WebTicket/oauthtoken", form.encode()) as response:
        return json.load(response)["access_token"]


def available(url: str, user: str) -> tuple[str, str]:
    """Make a person available; return the application's URL and the token."""
    token = sign_in(url, user)
    body = {"culture": "en-US", "endpointId": "bench", "userAgent": "bench/1"}
    made = call(f"{url}/ucwa/oauth/v1/applications", token, body)
    base = url + made["_links"]["self"]["href"]
    call(base + "/me/makeMeAvailable", token, {})
    return base, token
