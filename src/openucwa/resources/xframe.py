"""The page through which web apps of other origins reach the server (BEHAVIOUR 1.5, 15.2).

Its script has to run in browsers as old as the libraries that load it: no syntax and no function
that came after 2009. It answers every message that asks for something, whatever happens, since
who asks waits for ever.
"""

from __future__ import annotations

import base64
import hashlib

from openucwa.hyper.declare import Raw, Representation, get, resource
from openucwa.resources.call import Call

_SCRIPT = rb"""
(function () {
  "use strict";

  // Libraries look names up by case, and browsers hand them out in lower case.
  var SPELT = {
    "etag": "ETag",
    "p3p": "P3P",
    "www-authenticate": "WWW-Authenticate",
    "x-ms-correlation-id": "X-MS-Correlation-Id",
    "x-ms-diagnostics": "X-Ms-diagnostics",
    "x-ms-server-fqdn": "X-MS-Server-Fqdn",
    "x-ms-ucwaversion": "X-MS-UcwaVersion"
  };

  function spelt(name) {
    return SPELT[name] || name.replace(/(^|-)[a-z]/g, function (start) {
      return start.toUpperCase();
    });
  }

  function headersOf(request) {
    var lines = (request.getAllResponseHeaders() || "").split(/\r?\n/);
    return lines.filter(Boolean).map(function (line) {
      var colon = line.indexOf(":");
      return spelt(line.slice(0, colon).toLowerCase()) + line.slice(colon);
    }).join("\r\n");
  }

  function statusText(status) {
    return status >= 200 && status < 300 ? "success" : status === 304 ? "notmodified" : "error";
  }

  // Old browsers have no origin here, and some of them name the port that goes without saying.
  function originOf(place) {
    var port = place.port || (place.protocol === "https:" ? "443" : "80");
    return place.protocol + "//" + place.hostname + ":" + port;
  }

  function form(data) {
    return Object.keys(data).map(function (name) {
      return encodeURIComponent(name) + "=" + encodeURIComponent(data[name]);
    }).join("&");
  }

  function ask(asked, origin, answer) {
    var link = document.createElement("a");
    link.href = asked.url;
    link.href = link.href;  // resolves a relative address where assigning once does not
    if (originOf(link) !== originOf(location)) {
      answer(403, "X-Ms-diagnostics: 28019;source=\"" + location.host + "\";" +
        "reason=\"The page only asks the server that it comes from.\"", "");
      return;
    }
    var request = new XMLHttpRequest();
    request.open(String(asked.type || "GET").toUpperCase(), link.href);
    var known = {};
    function add(name, value) {
      var key = name.toLowerCase();
      if (key === "x-ms-origin" || known[key] || !value) { return; }
      known[key] = true;
      request.setRequestHeader(name, value);
    }
    var headers = asked.headers || {};
    Object.keys(headers).forEach(function (name) { add(name, headers[name]); });
    if (typeof asked.accepts === "string") { add("Accept", asked.accepts); }
    var data = asked.data;
    if (data) { add("Content-Type", asked.contentType); }
    if (data && typeof data === "object") {
      add("Content-Type", "application/x-www-form-urlencoded");
      data = form(data);
    }
    request.setRequestHeader("X-Ms-Origin", origin);
    request.onreadystatechange = function () {
      if (request.readyState === 4) {
        answer(request.status, headersOf(request), request.responseText);
      }
    };
    request.send(data || null);
  }

  window.addEventListener("message", function (event) {
    var asked;
    try { asked = JSON.parse(event.data); } catch (error) { return; }
    if (!asked || typeof asked.url !== "string" || !event.source) { return; }
    // A page without an origin, such as a local file, cannot be named as a target.
    var nameless = /^(null|file:|$)/.test(event.origin);
    function answer(status, headers, text) {
      event.source.postMessage(JSON.stringify({
        status: status,
        statusText: statusText(status),
        responseText: text,
        headers: headers,
        messageId: asked.messageId
      }), nameless ? "*" : event.origin);
    }
    try {
      ask(asked, nameless ? "null" : event.origin, answer);
    } catch (error) {
      answer(0, "", String(error));  // no such method, or a header that cannot be sent
    }
  });
}());
"""

_PAGE = b"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>OpenUCWA</title></head>
<body><script>%b</script></body>
</html>
"""

_POLICY = (
    b"default-src 'none'; script-src 'unsafe-inline' 'sha256-%b'; connect-src 'self'; "
    b"base-uri 'none'; form-action 'none'"
) % base64.b64encode(hashlib.sha256(_SCRIPT).digest())
"""Lets this script run and nothing else; who knows the hash ignores the word before it.

Who may frame the page is left open: a page that may not use the server has to be told so by a
message, and local files have no origin that could be listed.
"""


@resource(
    "xframe",
    at="/Autodiscover/XFrame/XFrame.html",
    also=("/xframe", "/Autodiscover/AutodiscoverService.svc/root/xframe"),
    public=True,
)
class XFrame(Representation):
    """A page that sends on what it is asked by message, naming the asker's origin.

    It decides nothing itself: a request that names an origin which is not allowed is refused
    by the server.
    """

    @staticmethod
    @get()
    def show(call: Call) -> Raw:
        call.headers.append((b"Content-Security-Policy", _POLICY))
        return Raw("text/html; charset=utf-8", _PAGE % _SCRIPT)
