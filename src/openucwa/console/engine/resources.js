// Reading what the server says: links, embedded resources, dates and texts in data URIs.

const listed = (found) => (found === undefined ? [] : Array.isArray(found) ? found : [found]);

export const links = (resource, rel) => listed(resource?._links?.[rel]);
export const href = (resource, rel) => links(resource, rel)[0]?.href ?? null;
export const title = (resource, rel) => links(resource, rel)[0]?.title ?? "";
export const embedded = (resource, rel) => listed(resource?._embedded?.[rel]);

export function addressOf(uri) {
  return (uri ?? "").replace(/^sip:/i, "").replace(/;.*$/, "").toLowerCase();
}

// The address at the end of a path such as .../people/lene@contoso.test.
export function addressIn(path) {
  return decodeURIComponent(path.replace(/\?.*$/, "").split("/").pop()).toLowerCase();
}

export function time(date) {
  const digits = /\d+/.exec(date ?? "");
  return digits ? Number(digits[0]) : null;
}

export function textOf(uri) {
  const [, head, data] = /^data:([^,]*),(.*)$/is.exec(uri ?? "") ?? [];
  if (data === undefined) return "";
  if (/;base64/i.test(head)) {
    const bytes = Uint8Array.from(atob(decodeURIComponent(data)), (one) => one.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  }
  return decodeURIComponent(data.replaceAll("+", " "));
}

export function textLink(text) {
  return `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`;
}

export function said(message) {
  return textOf(href(message, "plainMessage") ?? href(message, "htmlMessage"));
}

// The server relates links to itself, by whatever name it knows; we stay where we came from.
export function local(link) {
  const url = new URL(link, location.href);
  return url.pathname + url.search;
}

export function withQuery(link, query) {
  return `${link}${link.includes("?") ? "&" : "?"}${new URLSearchParams(query)}`;
}

export const identifier = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
