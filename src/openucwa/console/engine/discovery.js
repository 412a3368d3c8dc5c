// From the root to the user's applications, and the token that it takes (BEHAVIOUR 1.1, 1.6, 1.7).

import { href, local } from "./resources.js";
import { Refused } from "./transport.js";

export class SignInFailed extends Error {
  constructor(error) {
    super(error.key);
    this.error = error;
    this.status = 400;
    this.code = error.key;
  }
}

// Return the user resource. With a password a token is got if there is none that is worth
// anything; without one this waits until somebody has signed in again.
export async function discover(transport, username, password) {
  const root = await transport.get("/");
  requireHere(root);
  const user = local(href(root, "user"));
  if (password === null) {
    const known = await transport.get(user);
    requireHere(known);
    return known;
  }
  let answer = await transport.send("GET", user, {});
  if (answer.status === 401) {
    const challenge = answer.headers.get("WWW-Authenticate") ?? "";
    const place = /MsRtcOAuth\s+href="([^"]+)"/i.exec(challenge)?.[1] ?? "/WebTicket/oauthtoken";
    transport.renew(await token(transport, local(place), username, password));
    answer = await transport.send("GET", user, {});
  }
  const found = await answer.json();
  if (answer.status >= 400) throw new Refused(answer.status, found);
  requireHere(found);
  return found;
}

async function token(transport, place, username, password) {
  const form = new URLSearchParams({ grant_type: "password", username, password });
  const answer = await transport.send("POST", place, { form });
  const body = await answer.json().catch(() => ({}));
  if (answer.status === 200 && body.access_token) return body.access_token;
  const many = /too many/i.test(body.error_description ?? "");
  throw new SignInFailed({ key: many ? "error-too-many-attempts" : "error-wrong-password" });
}

// Whoever is served by another pool has to go there herself: a page may ask its own server only.
function requireHere(resource) {
  const elsewhere = href(resource, "redirect");
  if (elsewhere) {
    const place = new URL(elsewhere).origin;
    throw new SignInFailed({ key: "error-served-elsewhere", place });
  }
}
