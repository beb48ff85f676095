import { badOption, tagOf } from "./diagnostics.ts";

/** What a record holds under a name; undefined for what every object inherits, such as `constructor`. */
export const given = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined;

/** The names in an object; none where it was not given. @throws GradcError `bad-option` for a list, a promise, a text */
export function namesOf(what: string, record: object | null | undefined): string[] {
  if (record == null) return [];
  // What a module exports is an object of a kind of its own.
  if (record.constructor !== Object && !/Object|Module/.test(tagOf(record))) throw badOption(what, record, "an object");
  return Object.keys(record);
}
