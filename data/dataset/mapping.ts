// What a user gives to change rows: a function, or the address of a module.
import { badOption } from "../../runtime/diagnostics.ts";
import { moduleFailed } from "./diagnostics.ts";
import type { DataRow, Mapping, RowContext, RowFunction } from "./rows.ts";

async function load(address: string): Promise<RowFunction> {
  const module = await import(/* @vite-ignore */ /* webpackIgnore: true */ address).catch((cause: Error) => {
    throw moduleFailed(address, cause.message, cause);
  });
  if (typeof module.default !== "function") throw moduleFailed(address, "it has no default export that is a function");
  return module.default;
}

/** The change as a function; a module is read when the first row is made. @throws GradcError `bad-option` */
export function asMapping(change: RowFunction | URL): Mapping {
  if (change instanceof URL) {
    const module = change.href;
    let loaded: RowFunction | undefined;
    const loadOnce = async (row: DataRow, context: RowContext) => {
      loaded ??= await load(module);
      return loaded(row, context);
    };
    return { module, run: (row, context) => (loaded ? loaded(row, context) : loadOnce(row, context)) };
  }
  if (typeof change !== "function") throw badOption("change", change, "a function or the URL of a module");
  return { run: change };
}
