// A model before it is lowered, to look at: from its definition, or from the section `gradc.graph` of a compiled module.

import { gradientsOf } from "../compiler/calculus/differentiate.ts";
import { notInModule } from "../compiler/diagnostics/commands.ts";
import { namedGradients } from "../compiler/entry-points.ts";
import type { Purpose } from "../compiler/index.ts";
import type { Program } from "../compiler/ir/entry.ts";
import { givePassages, withGraph } from "../compiler/ir/graph.ts";
import { parseProgram } from "../compiler/ir/parse.ts";
import { passageOf } from "../compiler/ir/passages.ts";
import { createGraph } from "../compiler/ops/table.ts";
import type { Pipeline } from "../compiler/pipeline/pipeline.ts";
import { load, type Manifest, type Net } from "../runtime/index.ts";
import { entryNamed } from "../runtime/program.ts";
import * as sections from "../runtime/sections.ts";
import { declareSource, type ModelSource } from "./definition-file.ts";
import { trainable, withWarnings } from "./entries.ts";
import type { Optimizer } from "./optim/optimizer.ts";
import { purposeOf } from "./purpose.ts";
import { namedNodes } from "./training.ts";

/** A model with its entry points. */
export interface Opened {
  readonly program: Program;
  /** What it is compiled for. */
  readonly purpose: Purpose;
  /** Values of the parameters and states that a module holds; none for a definition. */
  readonly variables: ReadonlyMap<string, ArrayLike<number>>;
  /** What is most likely a slip of the definition. */
  readonly warnings: readonly string[];
}

interface OpenOptions {
  /** Names of what `gradients` is taken with respect to; the trainable parameters unless stated. */
  readonly wrt?: readonly string[] | undefined;
}

interface DefinitionOptions extends OpenOptions {
  /** The named export of a definition file. */
  readonly model?: string | undefined;
  /** What trains it; there is no step without one. */
  readonly optimizer?: Optimizer | undefined;
  /** Codes of warnings that are left out. */
  readonly allow?: readonly string[] | undefined;
  /** What runs the passes that make its entry points. */
  readonly pipeline?: Pipeline | undefined;
}

/** The model that `source` is or exports. @throws GradcError as `compile` */
export async function openDefinition(source: ModelSource, { wrt, model, optimizer, allow, pipeline }: DefinitionOptions = {}): Promise<Opened> {
  const declared = await declareSource(source, model);
  const asked = { wrt, allow };
  const { whole, options, warnings } = optimizer ? trainable(declared, optimizer, asked, pipeline) : withWarnings(declared, asked, pipeline);
  return { program: whole, warnings, purpose: { ...purposeOf(declared, whole, options), profile: "exact" }, variables: new Map() };
}

/** The model in a compiled module. @throws GradcError `not-a-module`, `not-in-module`, `unknown-name`, `no-gradient` */
export async function openModule(wasm: Uint8Array<ArrayBuffer>, { wrt }: OpenOptions = {}): Promise<Opened> {
  const net = await load(wasm);
  const { manifest } = net;
  const module = await WebAssembly.compile(wasm);
  const [text] = WebAssembly.Module.customSections(module, sections.graph);
  if (!text) throw notInModule("its graph: it was built with --strip");
  // As the module starts: the net has run `init`.
  const { memory } = (await WebAssembly.instantiate(module)).exports as { readonly memory: WebAssembly.Memory };
  const whole = readProgram(new TextDecoder().decode(text), memory.buffer);
  return { program: wrt ? withGradients(whole, wrt) : whole, purpose: purposeIn(manifest), variables: valuesIn(net), warnings: [] };
}

/** The program of the text of a module, whose losses go through what they did in the definition. */
export function readProgram(text: string, memory?: ArrayBuffer): Program {
  const { passages = [], ...program } = parseProgram(text, createGraph(), memory);
  for (const of of new Set(passages.map((passage) => passage.of))) givePassages(of, passages.filter((other) => other.of === of).map(passageOf));
  return program;
}

/** The values of the parameters and states of a net. */
export function valuesIn({ manifest, read }: Net): Opened["variables"] {
  const kept = manifest.variables.filter(({ role }) => role === "parameter" || role === "layer");
  return new Map(kept.map(({ name }) => [name, read(name)]));
}

const purposeIn = ({ inputs, outputs, metrics, targets, standardize, heads, profile, optimizer }: Manifest): Purpose => ({
  outputs,
  metrics,
  targets,
  standardize,
  profile,
  binary: Object.fromEntries(inputs.flatMap(({ name, dtype, range }) => (dtype === "f32" && range ? [[name, range]] : []))),
  ...(heads && { heads }),
  ...(optimizer && { optimizer }),
});

function withGradients(whole: Program, wrt: readonly string[]): Program {
  const shown = entryNamed(whole.entries, "gradients");
  const loss = shown?.results[0];
  if (!shown || !loss) throw notInModule("a loss");
  const gradients = withGraph(whole.graph, () => {
    const nodes = namedNodes(whole.graph, loss.node, wrt);
    return namedGradients(nodes, gradientsOf(loss.node, [...nodes.values()]));
  });
  const entry = { ...shown, results: [loss, ...gradients] };
  return { ...whole, entries: whole.entries.map((other) => (other === shown ? entry : other)) };
}
