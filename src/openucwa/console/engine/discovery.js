// From the root to the user's applications, and the token that it takes (BEHAVIOUR 1.1, 1.6, 1.7).

import { href, local } from "./resources.js";
import { Refused, Unreachable } from "./transport.js";

export class SignInFailed extends Error {
  constructor(error) {
    super(error.key);
    this.error = error;
    this.status = 400;
    this.code = error.key;
  }
}

export const PASSWORD = "password";
export const GUEST = "urn:microsoft.rtc:anonmeeting";
const WRONG = {
  [PASSWORD]: "error-wrong-password",
  [GUEST]: "error-no-meeting",
  unsupported_grant_type: "error-no-guests",
};
const TOKENS = "/WebTicket/oauthtoken";

// Return the user resource. With a grant, the fields by which a token is got, one is got if there
// is none that is worth anything; without one this waits until somebody has signed in again.
export async function discover(transport, grant) {
  const root = await transport.get("/");
  requireHere(root);
  const user = local(href(root, "user"));
  if (grant === null) {
    const known = await transport.get(user);
    requireHere(known);
    return known;
  }
  let answer = await transport.send("GET", user, {});
  if (answer.status === 401) {
    const challenge = answer.headers.get("WWW-Authenticate") ?? "";
    const place = /MsRtcOAuth\s+href="([^"]+)"/i.exec(challenge)?.[1] ?? TOKENS;
    await authorize(transport, grant, local(place));
    answer = await transport.send("GET", user, {});
  }
  const found = await answer.json();
  if (answer.status >= 400) throw new Refused(answer.status, found);
  requireHere(found);
  return found;
}

// Get a token, and go on with it.
export async function authorize(transport, grant, place = TOKENS) {
  const answer = await transport.send("POST", place, { form: new URLSearchParams(grant) });
  if (answer.status >= 500) throw new Unreachable(`The server answers ${answer.status}.`);
  const body = await answer.json().catch((error) => {
    throw new Unreachable(String(error)); // it broke off
  });
  if (answer.status === 200 && body.access_token) {
    transport.renew(body.access_token, body.expires_in);
    return;
  }
  const many = /too many/i.test(body.error_description ?? "");
  throw new SignInFailed({ key: many ? "error-too-many-attempts" : (WRONG[body.error] ?? WRONG[grant.grant_type]) });
}

// Whoever is served by another pool has to go there herself: a page may ask its own server only.
function requireHere(resource) {
  const elsewhere = href(resource, "redirect");
  if (elsewhere) {
    const place = new URL(elsewhere).origin;
    throw new SignInFailed({ key: "error-served-elsewhere", place });
  }
}
