import { unknownName } from "../compiler/diagnostics/definitions.ts";
import { matches } from "../runtime/glob.ts";

/** Those of `names` that one of `globs` matches, `*` standing for any characters. @throws GradcError `unknown-name` for a glob without a match */
export function selectNames(globs: readonly string[], names: readonly string[]): Set<string> {
  const selected = new Set<string>();
  for (const glob of globs) {
    const found = names.filter((name) => matches([glob], name));
    if (found.length === 0) throw unknownName("parameter", glob, names);
    for (const name of found) selected.add(name);
  }
  return selected;
}
