import { badOption, tagOf } from "./diagnostics.ts";

/** What a record holds under a name; undefined for what every object inherits, such as `constructor`. */
export const given = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined;

/** What an object holds by name; nothing where none was given. @throws GradcError `bad-option` for a list, a promise, a text */
export function entriesOf<T>(what: string, record: Readonly<Record<string, T>> | undefined): [string, T][] {
  const object = record ?? {};
  // What a module exports is an object of a kind of its own.
  if (!/Object|Module/.test(tagOf(object))) throw badOption(what, record, "an object");
  return Object.entries(object);
}
