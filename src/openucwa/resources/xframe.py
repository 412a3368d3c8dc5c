"""The page through which web apps of other origins reach the server (BEHAVIOUR 1.5, 15.2)."""

from __future__ import annotations

from openucwa.hyper.declare import Raw, Representation, get, resource
from openucwa.resources.call import Call

_PAGE = b"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>OpenUCWA</title></head>
<body><script>
(function () {
  "use strict";
  // Old libraries look names up by case, and browsers hand them out in lower case.
  var odd = { "etag": "ETag", "www-authenticate": "WWW-Authenticate", "p3p": "P3P",
              "x-ms-diagnostics": "X-Ms-diagnostics" };
  function canonical(name) {
    return odd[name] || name.replace(/(^|-)([a-z])/g, function (all, dash, letter) {
      return dash + letter.toUpperCase();
    });
  }
  function headersOf(request) {
    return request.getAllResponseHeaders().split(/\\r?\\n/).filter(Boolean).map(function (line) {
      var colon = line.indexOf(":");
      return canonical(line.slice(0, colon).toLowerCase()) + line.slice(colon);
    }).join("\\r\\n");
  }
  function statusText(status) {
    return status >= 200 && status < 300 ? "success" : status === 304 ? "notmodified" : "error";
  }
  window.addEventListener("message", function (event) {
    var asked;
    try { asked = JSON.parse(event.data); } catch (error) { return; }
    if (!asked || typeof asked.url !== "string" || !event.source) { return; }
    function answer(status, headers, text) {
      event.source.postMessage(JSON.stringify({
        status: status, statusText: statusText(status), responseText: text, headers: headers,
        messageId: asked.messageId
      }), event.origin);
    }
    var target = new URL(asked.url, location.href);
    if (target.origin !== location.origin) { answer(403, "", ""); return; }
    var request = new XMLHttpRequest();
    request.open(String(asked.type || "GET").toUpperCase(), target.href);
    var headers = asked.headers || {};
    var typed = false;
    Object.keys(headers).forEach(function (name) {
      if (name.toLowerCase() === "x-ms-origin") { return; }
      typed = typed || name.toLowerCase() === "content-type";
      if (headers[name] !== "") { request.setRequestHeader(name, headers[name]); }
    });
    if (!typed && asked.contentType) {
      request.setRequestHeader("Content-Type", asked.contentType);
    }
    request.setRequestHeader("X-Ms-Origin", event.origin);
    request.onloadend = function () {
      answer(request.status, headersOf(request), request.responseText);
    };
    var data = asked.data;
    if (data && typeof data === "object") { data = new URLSearchParams(data).toString(); }
    request.send(data || null);
  });
}());
</script></body>
</html>
"""


@resource("xframe", at="/Autodiscover/XFrame/XFrame.html", also=("/xframe",), public=True)
class XFrame(Representation):
    """A page that sends on what it is asked by message, naming the asker's origin.

    It decides nothing itself: a request that names an origin which is not allowed is refused
    by the server.
    """

    @staticmethod
    @get()
    def show(call: Call) -> Raw:
        return Raw("text/html; charset=utf-8", _PAGE)
