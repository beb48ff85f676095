import { badOption, tagOf, unknownName } from "./diagnostics.ts";
import { given, namesOf } from "./record.ts";

/**
 * Refuses options that a call does not have, and values that are none of the words, types and kinds of a list such as `string or Array`; undefined
 * is no value.
 * @throws GradcError `unknown-option`, `bad-option`
 */
export function checkOptions(options: object | undefined, kinds: Readonly<Record<string, string>>): void {
  for (const name of namesOf("options", options)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    const kind = given(kinds, name);
    if (!kind) throw unknownName("option", name, Object.keys(kinds));
    const said = [value, typeof value, tagOf(value), Number.isSafeInteger(value) && "a whole number"];
    if (value !== undefined && !kind.split(" or ").some((each) => said.includes(each))) throw badOption(name, value, kind);
  }
}
