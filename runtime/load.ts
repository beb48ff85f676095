import { type Bytes, copyBytes, type Open, settle } from "./bytes.ts";
import * as counters from "./counters.ts";
import { badWeights, compiledIn, notAModule, notCompiled, otherBuild, otherVersion } from "./diagnostics.ts";
import { GradcError } from "./error.ts";
import { callNamed, type Machine, machineFrom } from "./machine.ts";
import { isManifest } from "./manifest.ts";
import { netOf } from "./net.ts";
import { checkOptions } from "./options.ts";
import { fingerprint, formatVersion } from "./program.ts";
import * as sections from "./sections.ts";
import type { Inputs, Outputs, UnboundNet } from "./types.ts";
import { writeVariable } from "./variables.ts";

/** What `compile` gives; `types` exists for the type checker only. */
export interface BuiltModule<I extends object = Inputs, O extends object = Outputs> {
  readonly wasm: Uint8Array;
  readonly fast?: Uint8Array | undefined;
  readonly types?: { readonly inputs: I; readonly outputs: O } | undefined;
}

// As `Known`: the types of Node alone do not know `WebAssembly.Module`. It declares nothing, so that any object would do.
type Tagged = { readonly [Symbol.toStringTag]?: "WebAssembly.Module" };
type ModuleOf<Global> = Global extends { readonly WebAssembly: { readonly Module: { readonly prototype: infer Module } } } ? Module & Tagged : never;

type Settled = Awaited<Bytes> | ModuleOf<typeof globalThis>;

type SingleSource = Settled | Promise<Settled>;
/** What `load` takes: a built model, or a module as bytes, at an address, in an answer, compiled, or for each profile. */
export type Source<I extends object = Inputs, O extends object = Outputs> =
  | SingleSource
  | BuiltModule<I, O>
  | { readonly exact: SingleSource; readonly fast?: SingleSource | undefined };

export interface LoadOptions {
  /** Seed of the initial parameters and of dropout: a whole number, taken modulo 2^32. */
  readonly seed?: number;
  /** Weights to restore, as `net.state` gives them. */
  readonly weights?: Bytes;
  /** Which module to take when there are two; by default `fast` where the engine runs it. */
  readonly profile?: "exact" | "fast";
  /** Fingerprints of the modules that belong to the bindings which load them, one of each profile. */
  readonly builds?: readonly number[];
}

/**
 * Instantiates a compiled module and initialises its parameters: from the seed, then from weights that are packed into it, then from `weights`.
 * @throws GradcError `not-a-module`, `other-version`, `cannot-read`, `wasm-blocked`, `compiled-in`, `unknown-option`, `bad-option`, and the errors
 * of `restore`
 */
export const load = <I extends object = Inputs, O extends object = Outputs, P extends string = string, H extends string = string>(
  source: Source<I, O>,
  options?: LoadOptions,
): Promise<UnboundNet<I, O, P, H>> => loadFrom((address) => fetch(address), source, options);

/** `load`, where `open` reads what lies at an address. */
export async function loadFrom<I extends object, O extends object, P extends string, H extends string>(
  open: Open,
  source: Source<I, O>,
  options?: LoadOptions,
): Promise<UnboundNet<I, O, P, H>> {
  checkOptions(options, { seed: "a whole number", weights: "object or string", profile: "exact or fast", builds: "object" });
  const { seed = 0, weights, profile, builds } = options ?? {};
  // At once, so that a promise that is rejected meanwhile is not one that nobody waits for.
  const [given, state] = await Promise.all([settle(source, open, notAModule), settle(weights, open, badWeights, "weights ")]);
  const pair = given as { wasm?: SingleSource; exact?: SingleSource; fast?: SingleSource } | undefined;
  const fast = pair?.fast;
  const chosen = fast && profile !== "exact" && runsRelaxed() ? fast : (pair?.exact ?? pair?.wasm ?? given);
  const [machine, packed] = await instantiate(await settle(chosen, open, notAModule), builds);
  const built = machine.manifest.profile;
  if (profile && profile !== built && !fast) throw compiledIn(`profile ${built}`, `--profile ${profile}`);
  writeVariable(machine, counters.seed, [seed | 0]);
  callNamed(machine, "init").run(0);
  const net = netOf(machine);
  if (packed) net.restore(packed);
  if (state) net.restore(state as Uint8Array);
  return net as object as UnboundNet<I, O, P, H>;
}

/** Whether the engine knows a function whose only instruction of interest is `f32x4.relaxed_madd`. */
const runsRelaxed = () =>
  WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 0, 253, 133, 2, 26, 11));

/** Compiles a module. @throws GradcError `not-a-module`, `wasm-blocked` */
const compile = (bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> =>
  WebAssembly.compile(bytes).catch((cause) => {
    throw notCompiled(bytes, cause);
  });

/** Refuses bytes before the seal that are not those that were compiled, and another build; a module without a seal passes. */
function checkSeal(seal?: ArrayBuffer, bytes?: Uint8Array, builds?: readonly number[]): void {
  if (!seal) return;
  const [length, sum] = new Int32Array(seal) as unknown as readonly [number, number];
  if (bytes && fingerprint(bytes.subarray(0, length)) !== sum) throw notAModule("damaged");
  if (builds && !builds.includes(sum)) throw otherBuild();
}

/** A compiled module, or the bytes of one, in its memory, and the weights that are packed into it. */
async function instantiate(given: unknown, builds?: readonly number[]): Promise<readonly [Machine, ArrayBuffer | undefined]> {
  const bytes = given instanceof WebAssembly.Module ? undefined : copyBytes(given as ArrayBuffer, notAModule);
  const module = bytes ? await compile(bytes) : (given as WebAssembly.Module);
  const sectionOf = (name: string): ArrayBuffer | undefined => WebAssembly.Module.customSections(module, name)[0];
  const section = sectionOf(sections.manifest);
  if (!section) throw notAModule("no manifest");
  try {
    const manifest = JSON.parse(new TextDecoder().decode(section));
    if (manifest.version !== formatVersion) throw otherVersion(manifest.version, formatVersion);
    checkSeal(sectionOf(sections.seal), bytes, builds);
    if (!isManifest(manifest)) throw notAModule("damaged");
    return [machineFrom(manifest, module, (await WebAssembly.instantiate(module)).exports), sectionOf(sections.state)];
  } catch (error) {
    throw error instanceof GradcError ? error : notAModule("damaged", { cause: error });
  }
}
