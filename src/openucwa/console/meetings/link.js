// How a meeting is named: by the link that people pass on (R10.5), and by its conference URI.

const URI = /^(?:sip:)?([^;]+);gruu;opaque=app:conf:focus:id:([a-z0-9]+)$/i;
const PATH = /^\/([^/]+)\/([a-z0-9]+)\/?$/i;

export const uriOf = ({ organizer, id }) =>
  `sip:${organizer};gruu;opaque=app:conf:focus:id:${id.toUpperCase()}`;

/**
 * The `{organizer, id}` that a link or a conference URI means, or null. Behind the first label of
 * a link's host is the organizer's domain, unless it is known to be `domain`.
 */
export function meetingAt(text, domain = "") {
  const said = URI.exec(text.trim());
  if (said) return { organizer: said[1].toLowerCase(), id: said[2].toUpperCase() };
  if (!URL.canParse(text)) return null;
  const { pathname, hostname } = new URL(text);
  const [, user, id] = PATH.exec(pathname) ?? [];
  const host = domain || hostname.split(".").slice(1).join(".");
  try {
    return id && host ? { organizer: `${decodeURIComponent(user)}@${host}`.toLowerCase(), id } : null;
  } catch {
    return null;
  }
}
