// Which contacts the board shows and in which order. Nothing here draws.

import { language } from "../words/words.js";
import { rank, reachable } from "./presence.js";

const collators = new Map();

/**
 * What compares names as the language of the console sorts them. Making one is slow, so each is
 * kept.
 */
function collator() {
  const tag = language();
  if (!collators.has(tag)) collators.set(tag, new Intl.Collator(tag));
  return collators.get(tag);
}

function sorter(order) {
  const { compare } = collator();
  const byName = (one, other) =>
    compare(one.name, other.name) || (one.address < other.address ? -1 : 1);
  const byPresence = (one, other) =>
    rank(one.availability) - rank(other.availability) || byName(one, other);
  return order === "presence" ? byPresence : byName;
}

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** A test of whether somebody has every word of a text, accents aside. */
function matches(text) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  return ({ name, title, department, note, location, address }) => {
    const all = plain([name, title, department, note, location, address].join(" "));
    return words.every((word) => all.includes(word));
  };
}

/** The groups with the people to show in each, in order, and how many of all can be reached. */
export function arrange(groups, people, order, filter) {
  const fits = filter ? matches(filter) : () => true;
  const sorted = sorter(order);
  return groups.map((group) => {
    const all = group.members.map((address) => people[address]).filter(Boolean);
    return {
      group,
      total: all.length,
      free: all.filter((person) => reachable(person.availability)).length,
      shown: all.filter(fits).sort(sorted),
    };
  });
}
