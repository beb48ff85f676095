// A compiled module as the compiler sees it: the program that it carries in its section `gradc.graph`.
import { notInModule } from "../compiler/diagnostics.ts";
import { type Build, build } from "../compiler/index.ts";
import type { Program } from "../compiler/ir/entry.ts";
import { withGraph } from "../compiler/ir/graph.ts";
import { parseProgram } from "../compiler/ir/parse.ts";
import { load, type Manifest, type Net } from "../runtime/index.ts";
import { sections } from "../runtime/program.ts";
import { gradientsByName, namedNodes } from "./training.ts";

/** A module with what it was made from. */
export interface Reopened {
  readonly net: Net;
  /** Before it was specialised and simplified. */
  readonly program: Program;
}

/** Reads the program in a module. @throws GradcError `not-a-module`, `not-in-module` for a stripped module */
export async function reopen(wasm: Uint8Array<ArrayBuffer>): Promise<Reopened> {
  const net = await load(wasm);
  const [text] = WebAssembly.Module.customSections(await WebAssembly.compile(wasm), sections.graph);
  if (!text) throw notInModule("the graph, which was stripped,");
  return { net, program: parseProgram(new TextDecoder().decode(text)) };
}

/** The program whose gradients are those with respect to `wrt`. @throws GradcError `unknown-name`, `no-gradient`, `not-in-module` */
export function withGradients(program: Program, wrt: readonly string[]): Program {
  const shown = program.entries.find(({ name }) => name === "gradients");
  const loss = shown?.results[0];
  if (!shown || !loss) throw notInModule("a loss");
  const gradients = withGraph(program.graph, () => gradientsByName(loss.node, namedNodes(program.graph, loss.node, wrt)));
  const entry = { ...shown, results: [loss, ...gradients.map(([name, node]) => ({ name, node }))] };
  return { ...program, entries: program.entries.map((other) => (other === shown ? entry : other)) };
}

/** Compiles the program of a module again: the same kernels and memory. */
export function rebuild(program: Program, { outputs, metrics, targets, standardize, profile, optimizer }: Manifest): Promise<Build> {
  return build(program, { purpose: { outputs, metrics, targets, standardize, profile, ...(optimizer && { optimizer }) } });
}
