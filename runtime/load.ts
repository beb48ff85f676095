import { read } from "#read-file";
import { compiledIn, notAModule, otherVersion, shown } from "./diagnostics.ts";
import { GradcError } from "./error.ts";
import { callNamed, checkWhole, type Machine, machineFrom } from "./machine.ts";
import { netOf } from "./net.ts";
import { counters, fingerprint, formatVersion, type Manifest, sections } from "./program.ts";
import type { Inputs, Net, Outputs } from "./types.ts";
import { writeVariable } from "./variables.ts";

/** Where bytes come from; a text is a URL, in Node a path too. */
export type Bytes = Uint8Array | ArrayBuffer | Response | Promise<Response> | URL | string;

/** What `compile` gives; `types` exists for the type checker only. */
export interface BuiltModule<I extends object = Inputs, O extends object = Outputs> {
  readonly wasm: Uint8Array;
  readonly fast?: Uint8Array | undefined;
  readonly types?: { readonly inputs: I; readonly outputs: O } | undefined;
}

// `WebAssembly.Module` where the types of the environment know it: those of Node alone do not.
type ModuleOf<Global> = Global extends { readonly WebAssembly: { readonly Module: { readonly prototype: infer Module } } } ? Module : never;

type SingleSource = Bytes | ModuleOf<typeof globalThis>;
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
}

/**
 * Instantiates a compiled module and initialises its parameters: from the seed, then from weights that are packed into it, then from `weights`.
 * @throws GradcError `not-a-module`, `other-version`, `cannot-read`, `compiled-in`, `bad-option`, and the errors of `restore`
 */
export async function load<I extends object = Inputs, O extends object = Outputs, P extends string = string, H extends string = string>(
  source: Source<I, O>,
  { seed = 0, weights, profile }: LoadOptions = {},
): Promise<Net<I, O, P, H>> {
  checkWhole("seed", seed, Number.NEGATIVE_INFINITY);
  const { wasm, exact = wasm, fast } = ((await source) ?? {}) as { wasm?: SingleSource; exact?: SingleSource; fast?: SingleSource };
  const chosen = fast && profile !== "exact" && runsRelaxed() ? fast : (exact ?? (source as SingleSource));
  const [module, bytes] = chosen instanceof WebAssembly.Module ? [chosen] : await compileFrom(chosen);
  const machine = await instantiate(module, bytes);
  const built = machine.manifest.profile;
  if (profile && profile !== built && !fast) throw compiledIn(`profile ${built}`, `--profile ${profile}`);
  writeVariable(machine, counters.seed, [seed | 0]);
  callNamed(machine, "init").run(0);
  const net = netOf(machine);
  const packed = sectionOf(module, sections.state);
  if (packed) net.restore(packed);
  if (weights) net.restore(await bytesOf(weights));
  return net as object as Net<I, O, P, H>;
}

// A function whose only instruction of interest is `f32x4.relaxed_madd`.
const relaxedProbe = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 0, 253, 133, 2, 26, 11];
const runsRelaxed = () => WebAssembly.validate(new Uint8Array(relaxedProbe));

const sectionOf = (module: WebAssembly.Module, name: string): ArrayBuffer | undefined => WebAssembly.Module.customSections(module, name)[0];

const textOf = (bytes: Uint8Array | ArrayBuffer): string => new TextDecoder().decode(bytes);

async function compileFrom(source: Bytes): Promise<[WebAssembly.Module, Uint8Array]> {
  const bytes = await bytesOf(source);
  const module = await WebAssembly.compile(bytes).catch((cause) => {
    throw notAModule(/^\s*</.test(textOf(bytes)) ? "an HTML page" : cause.message, { cause });
  });
  return [module, bytes];
}

async function bytesOf(source: Bytes): Promise<Uint8Array<ArrayBuffer>> {
  const isAddress = typeof source === "string" || source instanceof URL;
  const found = await (isAddress ? read(source) : source);
  const isResponse = found instanceof Response;
  if (!isResponse && found?.byteLength === undefined) throw notAModule(shown(found));
  const response = isResponse ? found : new Response(found as BodyInit);
  if (!response.ok) throw notAModule(`${response.status} from ${response.url}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Whether the bytes before the seal are those that were compiled; true for a module without one. */
function isWhole(module: WebAssembly.Module, bytes: Uint8Array): boolean {
  const seal = sectionOf(module, sections.seal);
  const [length, sum] = new Int32Array(seal ?? []);
  return !seal || fingerprint(bytes.subarray(0, length)) === sum;
}

async function instantiate(module: WebAssembly.Module, bytes?: Uint8Array): Promise<Machine> {
  const section = sectionOf(module, sections.manifest);
  if (!section) throw notAModule("no manifest");
  try {
    const manifest = JSON.parse(textOf(section)) as Manifest;
    if (manifest.version !== formatVersion) throw otherVersion(manifest.version, formatVersion);
    if (bytes && !isWhole(module, bytes)) throw notAModule("damaged");
    return machineFrom(manifest, (await WebAssembly.instantiate(module)).exports);
  } catch (error) {
    throw error instanceof GradcError ? error : notAModule("damaged", { cause: error });
  }
}
