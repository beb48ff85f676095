// Where a model comes from: a value, or a definition file that is read by the front end.

import { host } from "#host";
import { shown } from "../compiler/diagnostics/settings.ts";
import { notADefinition, withoutFiles } from "../compiler/diagnostics/sources.ts";
import { type ScalarParsers, withScalarParsers } from "../compiler/frontend/scalar/parsers.ts";
import * as runtime from "../runtime/index.ts";
import { type Declared, declare } from "./declare.ts";
import * as gradc from "./index.ts";
import type { Model } from "./model.ts";
import { at } from "./scope.ts";

/** Whether a value that a definition exports is a model. */
export const isModel = (value: unknown): value is Model => typeof value === "object" && value !== null && (value as Partial<Model>).kind === "model";

/** The running modules that a definition may import, by specifier. `gradc/compiler` adds itself when it is loaded. */
export const importable: Record<string, unknown> = { gradc, "gradc/runtime": runtime };

/** A model, or the path or URL of a file that exports one. */
export type ModelSource = Model | string | URL;

/** A model, the paths of the files that it was read from, and what explains the errors of its body. */
interface Found {
  readonly model: Model;
  readonly sources: readonly string[];
  readonly explain: (error: unknown) => unknown;
}

/** The model that `source` is or exports, as default or as `name`. */
export async function modelFrom(source: ModelSource, name?: string): Promise<Found> {
  if (isModel(source)) return { model: source, sources: [], explain: (error) => error };
  if (typeof source !== "string" && !(source instanceof URL)) throw notADefinition(shown(source));
  if (!host) throw withoutFiles(String(source));
  const { loadDefinition, pickModel } = await import("../compiler/frontend/load.ts");
  const loaded = await loadDefinition(source, host, { modules: importable, at });
  return { model: pickModel(loaded, isModel, name), sources: loaded.sources, explain: loaded.explain };
}

/** What a file exports that is read as a definition is. @throws GradcError as a definition that cannot be read */
export async function loadFile(path: string): Promise<{ readonly exports: Readonly<Record<string, unknown>> }> {
  if (!host) throw withoutFiles(path);
  const { loadDefinition } = await import("../compiler/frontend/load.ts");
  return loadDefinition(path, host, { modules: importable, at });
}

/** A declared model, and the paths of the files that it was read from. */
type DeclaredFrom = Declared & Pick<Found, "sources">;

/** What `make` gives of the model that `source` is or exports, as default or as `name`. In a page it may run twice: see `withScalarParsers`. */
export async function makeFrom<T>(source: ModelSource, name: string | undefined, make: (declared: DeclaredFrom) => T): Promise<T> {
  const { model, sources, explain } = await modelFrom(source, name);
  return withScalarParsers(host, (parsers) => make({ ...declared(model, parsers, explain), sources }));
}

/** The graph of the model that `source` is or exports, as default or as `name`. */
export const declareSource = (source: ModelSource, name?: string): Promise<DeclaredFrom> => makeFrom(source, name, (declared) => declared);

function declared(model: Model, parsers: ScalarParsers, explain: Found["explain"]): Declared {
  try {
    return declare(model, parsers);
  } catch (error) {
    throw explain(error);
  }
}
