// The contact list and its groups: read as a whole whenever anything of it has changed.

import { addressIn, addressOf, embedded, href, links, withQuery } from "./resources.js";

const KINDS = {
  pinnedGroup: "pinned",
  defaultGroup: "default",
  group: "group",
  distributionGroup: "distribution",
  delegatesGroup: "delegates",
  delegatorsGroup: "delegators",
  myOrganizationGroup: "organization",
};
const ORDER = Object.keys(KINDS);
const OPEN_TO_ALL = ["pinned", "default", "group"];
const GATHER = 50;
const LISTEN = 60;

export class Contacts {
  #engine;
  #due = null;
  #groups = new Map();
  #found = new Map();
  #memberships = [];

  constructor(engine) {
    this.#engine = engine;
  }

  async load() {
    await Promise.all([this.#listen(), this.#read()]);
  }

  take(event) {
    if (event.rel === "myContactsAndGroupsSubscription") this.#listen();
    else if (event.rel in KINDS) this.#reload();
    else if (event.rel === "contact" && (event.inside in KINDS || event.inside === "myContacts"))
      this.#reload();
  }

  add(address, group = null) {
    return this.#join(address, group ?? this.#only("default"));
  }

  async remove(address) {
    const all = await this.#get("myGroupMemberships");
    const remove = href(all, "removeContactFromAllGroups");
    await this.#engine.transport.post(remove, { contactUri: `sip:${address}` });
    await this.#read();
  }

  async move(address, from, to) {
    await this.#join(address, to);
    const there = this.#memberships.find((one) => one.address === address && one.group === from);
    if (there) await this.#engine.transport.ask("DELETE", there.href);
    await this.#read();
  }

  async create(displayName) {
    await this.#engine.transport.post(this.#place("myGroups"), { displayName });
    await this.#read();
  }

  async rename(id, name) {
    const place = href(this.#groups.get(id), "self");
    const group = await this.#engine.transport.get(place);
    const guids = Object.entries(group).filter(([, value]) => /pass this in a PUT/.test(value));
    await this.#engine.transport.ask("PUT", place, {
      body: { ...Object.fromEntries(guids), name },
      headers: { "If-Match": `"${group.etag}"` },
    });
    await this.#read();
  }

  // One of the directory is only taken off the list.
  async delete(id) {
    const group = this.#groups.get(id);
    const remove = href(group, "removeFromContactList");
    if (remove) await this.#engine.transport.post(remove, { groupId: id });
    else await this.#engine.transport.ask("DELETE", href(group, "self"));
    await this.#read();
  }

  async addGroup(id) {
    const group = this.#found.get(id);
    const given = { displayName: group.name, smtpAddress: group.uri };
    await this.#engine.transport.post(href(group, "addToContactList"), given);
    await this.#read();
  }

  async search(query) {
    const state = this.#engine.state;
    state.set("search", { ...state.get("search"), query, busy: Boolean(query) });
    if (!query) {
      state.set("search", { query, people: [], groups: [], more: false, busy: false });
      return;
    }
    const found = await this.#engine.transport.get(withQuery(this.#place("search"), { query, limit: 30 }));
    if (state.get("search").query !== query) return;
    const people = embedded(found, "contact");
    this.#engine.presence.meet(people);
    const addresses = people.map((one) => addressOf(one.uri));
    this.#engine.presence.watch(addresses);
    this.#found = new Map(embedded(found, "distributionGroup").map((group) => [group.id, group]));
    const groups = [...this.#found.values()].map(({ id, name, uri }) => ({ id, name, uri }));
    const more = Boolean(found.moreResultsAvailable);
    state.set("search", { query, people: addresses, groups, more, busy: false });
  }

  #place(rel) {
    return this.#engine.session.link("people", rel);
  }

  #get(rel) {
    return this.#engine.transport.get(this.#place(rel));
  }

  #only(kind) {
    return this.#engine.state.get("groups").find((group) => group.kind === kind)?.id;
  }

  async #join(address, groupId) {
    try {
      const given = { contactUri: `sip:${address}`, groupId };
      await this.#engine.transport.post(this.#place("myGroupMemberships"), given);
    } catch (error) {
      if (error.subcode !== "AlreadyExists") throw error;
    }
    await this.#read();
  }

  // Events of the list come while we listen, and lists that changed meanwhile are read anew.
  async #listen() {
    try {
      const found = await this.#get("myContactsAndGroupsSubscription");
      const start = href(found, "startOrRefreshSubscriptionToContactsAndGroups");
      if (start) await this.#engine.transport.post(start, { duration: LISTEN });
    } catch (error) {
      if (error.status === 0) this.#engine.later(() => this.#listen());
    }
  }

  #reload() {
    this.#due ??= setTimeout(() => {
      this.#due = null;
      this.#read().catch((error) => {
        if (error.status === 0) this.#engine.later(() => this.#reload());
      });
    }, GATHER);
  }

  async #read() {
    const { reading, presence, state } = this.#engine;
    const [all, memberships, contacts] = await Promise.all(
      ["myGroups", "myGroupMemberships", "myContacts"].map((rel) => reading.read(this.#place(rel))),
    );
    this.#memberships = embedded(memberships, "myGroupMembership").map((one) => ({
      href: href(one, "self"),
      address: addressIn(href(one, "contact")),
      group: groupIn(one),
    }));
    this.#groups.clear();
    const groups = ORDER.flatMap((rel) =>
      embedded(all, rel).map((group) => {
        this.#groups.set(group.id, group);
        return this.#shown(group, KINDS[rel]);
      }),
    );
    await Promise.all(groups.map((group) => this.#fill(group, all)));
    state.set("groups", groups);
    const listed = embedded(contacts, "contact");
    const addresses = new Set(listed.map((contact) => addressOf(contact.uri)));
    const people = { ...state.get("people") };
    for (const [address, person] of Object.entries(people)) {
      if (person.listed && !addresses.has(address)) people[address] = { ...person, listed: false };
    }
    state.set("people", people);
    presence.meet(listed, { listed: true });
    presence.watch(new Set([...addresses, ...groups.flatMap((group) => group.members)]));
  }

  #shown(group, kind) {
    return {
      id: group.id,
      name: group.name,
      kind,
      members: this.#memberships.filter((one) => one.group === group.id).map((one) => one.address),
      canRename: kind === "group",
      canDelete: kind === "group" || Boolean(href(group, "removeFromContactList")),
      canDrop: OPEN_TO_ALL.includes(kind),
    };
  }

  // Those in groups that are not made of memberships have to be asked for.
  async #fill(group, all) {
    const rel = ORDER.find((one) => KINDS[one] === group.kind);
    if (OPEN_TO_ALL.includes(group.kind)) return;
    const resource = embedded(all, rel).find((one) => one.id === group.id);
    const place = href(resource, "groupContacts") ?? href(resource, "expandDistributionGroup");
    if (!place) return;
    const found = await this.#engine.reading.read(place).catch(() => null);
    const contacts = embedded(found, "contact");
    this.#engine.presence.meet(contacts);
    group.members = contacts.map((contact) => addressOf(contact.uri));
  }
}

// The id of the group is the last segment of the link to it, whatever kind it is.
function groupIn(membership) {
  const place = ORDER.flatMap((rel) => links(membership, rel))[0]?.href ?? "";
  return decodeURIComponent(place.split("/").pop());
}
