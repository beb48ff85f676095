// "gradc/compiler": from a definition to a WebAssembly module, its formulas and its reference values.
import { writeBindings } from "../compiler/bindings/write.ts";
import { differentiate } from "../compiler/calculus/differentiate.ts";
import type { Derivation } from "../compiler/derivation/derivation.ts";
import { describe, type Formulas } from "../compiler/describe/equations.ts";
import type { Format } from "../compiler/formula/equation.ts";
import { type Build, emit, lower, readable, sizesOf } from "../compiler/index.ts";
import type { Program } from "../compiler/ir/entry.ts";
import { printProgram } from "../compiler/ir/print.ts";
import { callsOf } from "../compiler/kernel/plan.ts";
import { printCalls } from "../compiler/kernel/print.ts";
import { type Place, placesOf } from "../compiler/memory/places.ts";
import type { Debug } from "../compiler/pipeline/debug.ts";
import { dumps } from "../compiler/pipeline/debug.ts";
import { Pipeline } from "../compiler/pipeline/pipeline.ts";
import { GradcError } from "../runtime/error.ts";
import type { BuiltModule, F32Data, I32Data, Inputs, Manifest, Outputs } from "../runtime/index.ts";
import type { CompileOptions } from "./compile-options.ts";
import { importable, type ModelSource, makeFrom } from "./definition-file.ts";
import { partsToRead } from "./described.ts";
import { program, withWarnings } from "./entries.ts";
import { type Interpreted, type InterpretOptions, interpret } from "./interpret.ts";
import { lazy } from "./lazy.ts";
import { guardedIndex } from "./lints/guarded-index.ts";
import { warningsOf } from "./lints/lint.ts";
import type { InputTypes, Model } from "./model.ts";
import type {
  DerivationJson,
  JsonDefinition,
  JsonDerived,
  JsonDim,
  JsonElement,
  JsonLine,
  JsonNumber,
  JsonPart,
  JsonPath,
  JsonPlace,
  JsonRule,
  JsonSource,
  JsonStep,
  JsonSteps,
  JsonSymbol,
  JsonValues,
  PageJson,
  Setting,
  SettingValue,
  Term,
} from "./page/types.ts";
import { purposeOf } from "./purpose.ts";
import { checkIsOptions } from "./settings.ts";

export type { CompileOptions, Debug, Derivation, Format, Formulas, Interpreted, InterpretOptions, Manifest };
export { differentiate, GradcError, interpret, writeBindings as bindings };

/** The data that each input takes. */
export type InputsOf<I extends InputTypes> = { readonly [K in keyof I]: I[K]["dtype"] extends "f32" ? F32Data : I32Data };

/** The arrays that outputs come in; a bool output is a Uint8Array, which only the module's manifest knows. */
export type OutputsOf<O extends string> = { [K in O]: Float32Array };

/** A compiled model. */
export interface Built<I extends object = Inputs, O extends object = Outputs> extends BuiltModule<I, O> {
  /** The module of the profile `exact`, without imports. */
  readonly wasm: Uint8Array;
  /** The module of the profile `fast`, when it was asked for. */
  readonly fast?: Uint8Array;
  readonly manifest: Manifest;
  /** Forward values, gradients and updates as mathematics, by full name. */
  readonly formulas: Formulas;
  /** The kernels with their schedules as text, each once though several entry points may call it. */
  readonly kernels: readonly string[];
  /** The graph of all entry points as text. */
  readonly graph: string;
  /** Every buffer in the module's memory, in order of offset. */
  readonly memory: readonly Place[];
  /** What is most likely a slip, each with its place, what helps, and the code by which `allow` leaves it out; `docs/lints.md` lists them. */
  readonly warnings: readonly string[];
  /** Paths of the definition and of the local files that it imports; none for a model value. */
  readonly sources: readonly string[];
  /** The module as WebAssembly text. */
  wat(): string;
}

const attempt = "Cannot compile a model";

function assemble(original: Program, exact: Build, fast: Build | undefined, { warnings, sources }: Pick<Built, "warnings" | "sources">): Built {
  // Most callers read none of these, which take a third of the time of a compilation.
  const texts = lazy<Pick<Built, "formulas" | "kernels" | "graph" | "memory">>({
    formulas: () => describe(partsToRead(readable(original))),
    kernels: () => printCalls(callsOf(...exact.plans), exact.schedules),
    graph: () => printProgram(exact.program),
    memory: () => placesOf(exact, sizesOf(exact.program)),
  });
  return Object.assign(texts, {
    wasm: exact.wasm,
    ...(fast && { fast: fast.wasm }),
    manifest: exact.manifest,
    warnings,
    sources,
    wat: exact.wat,
  });
}

/** Forward values, gradients and updates, an equation each. */
function formulasAsText(program: Program): string {
  const { forward, gradients, updates } = describe(partsToRead(readable(program)));
  return [forward, gradients, updates].flatMap((equations) => Object.values(equations)).join("\n");
}

/**
 * Compiles a model value, or the definition file at a path or URL.
 * @throws GradcError for whatever is wrong with the definition or the options
 */
export async function compile<I extends InputTypes, O extends string>(
  source: Model<I, O>,
  options?: CompileOptions,
): Promise<Built<InputsOf<I>, OutputsOf<O>>>;
export async function compile(source: string | URL, options?: CompileOptions): Promise<Built>;
export async function compile(source: ModelSource, options: CompileOptions = {}): Promise<Built> {
  checkIsOptions(attempt, "options", options, "an object");
  const { strip = false, debug } = options;
  const pipeline = new Pipeline(debug);
  const [declared, { whole, warnings }] = await makeFrom(source, options.model, (made) => [made, withWarnings(made, options, pipeline)] as const);
  const purpose = purposeOf(declared, whole, options);
  const lowered = lower(whole, pipeline);
  if (dumps(pipeline.debug, "formulas", 2)) console.error(formulasAsText(whole));
  const exact = await emit(lowered, { strip, purpose: { ...purpose, profile: "exact" } });
  const fast = options.profile === "fast" ? await emit(lowered, { strip, purpose: { ...purpose, profile: "fast" } }) : undefined;
  const late = warningsOf([guardedIndex], exact.program, options.allow);
  return assemble(whole, exact, fast, { warnings: [...new Set([...warnings, ...late])], sources: declared.sources });
}

/**
 * The formulas of a model by full name: forward values, gradients with respect to `wrt` (the trainable parameters unless stated), updates.
 * @throws GradcError as `compile`
 */
export async function formulas(
  source: ModelSource,
  settings: Omit<CompileOptions, "profile" | "strip" | "debug"> & { readonly format?: Format } = {},
): Promise<Formulas> {
  checkIsOptions(attempt, "options", settings, "an object");
  const { format = "text", ...options } = settings;
  const whole = await makeFrom(source, options.model, (declared) => program(declared, options));
  return describe(partsToRead(readable(whole)), format);
}

export type {
  DerivationJson,
  InputTypes,
  JsonDefinition,
  JsonDerived,
  JsonDim,
  JsonElement,
  JsonLine,
  JsonNumber,
  JsonPart,
  JsonPath,
  JsonPlace,
  JsonRule,
  JsonSource,
  JsonStep,
  JsonSteps,
  JsonSymbol,
  JsonValues,
  Model,
  ModelSource,
  PageJson,
  Setting,
  SettingValue,
  Term,
};

importable["gradc/compiler"] = { bindings: writeBindings, compile, differentiate, formulas, GradcError, interpret };
