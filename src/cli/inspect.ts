import colors from "picocolors";
import { notInModule } from "../../compiler/diagnostics.ts";
import { describe, type Formulas } from "../../compiler/formula/describe.ts";
import { prepare } from "../../compiler/index.ts";
import { parseProgram } from "../../compiler/ir/parse.ts";
import { load } from "../../runtime/index.ts";
import { type Manifest, sections } from "../../runtime/program.ts";
import { type Format, formulas } from "../compile.ts";
import { partsToRead } from "../described.ts";
import { compileModel } from "./compile-model.ts";
import { readBytes } from "./pack.ts";
import { alignColumns, formatBytes, type Terminal } from "./terminal.ts";

interface InspectOptions {
  readonly model?: string;
  readonly wrt?: readonly string[];
  readonly format: Format;
  readonly memory?: boolean;
  readonly kernels?: boolean;
}

/** What can be read of a model. */
interface Inspected {
  readonly formulas: Formulas;
  readonly manifest: Manifest;
  readonly kernels?: readonly string[];
}

/** `gradc inspect`. */
export async function inspect(path: string, options: InspectOptions, terminal: Terminal): Promise<void> {
  const inspected = path.endsWith(".wasm") ? await inspectModule(path, options) : await inspectDefinition(path, options);
  if (options.memory) return terminal.out(memoryTable(inspected.manifest));
  if (options.kernels) {
    if (!inspected.kernels) throw notInModule("the kernels' loops");
    return terminal.out(inspected.kernels.join("\n\n"));
  }
  terminal.out(options.format === "json" ? jsonText(inspected.formulas) : formulaText(inspected.formulas, options.wrt !== undefined));
}

async function inspectDefinition(path: string, { model, wrt, format }: InspectOptions): Promise<Inspected> {
  const chosen = { ...(model !== undefined && { model }) };
  const { manifest, kernels, formulas: text } = await compileModel(path, chosen);
  return { manifest, kernels, formulas: wrt || format !== "text" ? await formulas(path, { ...chosen, ...(wrt && { wrt }), format }) : text };
}

async function inspectModule(path: string, { wrt, format }: InspectOptions): Promise<Inspected> {
  if (wrt) throw notInModule("gradients with respect to other values");
  const bytes = await readBytes(path);
  const { manifest } = await load(bytes);
  const [graph] = WebAssembly.Module.customSections(await WebAssembly.compile(bytes), sections.graph);
  if (!graph) throw notInModule("the graph, which was stripped,");
  const program = prepare(parseProgram(new TextDecoder().decode(graph)));
  return { manifest, formulas: describe(partsToRead(program, manifest.metrics), format) };
}

function formulaText({ forward, gradients, updates }: Formulas, gradientsOnly: boolean): string {
  const part = (title: string, equations: Readonly<Record<string, string>>) =>
    Object.keys(equations).length > 0 ? [`${colors.bold(title)}\n\n${Object.values(equations).join("\n")}`] : [];
  const shown = gradientsOnly
    ? part("Gradients", gradients)
    : [...part("Forward", forward), ...part("Gradients", gradients), ...part("Updates", updates)];
  return shown.join("\n\n");
}

/** Each equation of the format json is JSON itself. */
function jsonText(formulas: Formulas): string {
  const parts = Object.entries(formulas).map(([part, equations]) => [
    part,
    Object.fromEntries(Object.entries(equations as Record<string, string>).map(([name, text]) => [name, JSON.parse(text)])),
  ]);
  return JSON.stringify(Object.fromEntries(parts), null, 2);
}

function memoryTable({ inputs, variables, entries, bytes }: Manifest): string {
  const slots = [
    ...inputs.map((slot) => ({ ...slot, kind: "input" })),
    ...variables.map((slot) => ({ ...slot, kind: slot.role as string })),
    ...entries.flatMap(({ name, results }) => results.map((slot) => ({ ...slot, kind: `result of ${name}` }))),
  ].sort((a, b) => a.offset - b.offset);
  const rows = slots.map(({ name, dtype, shape, offset, kind }) => [name, kind, `${dtype}[${shape.join(", ")}]`, String(offset)]);
  return `${alignColumns([["name", "kind", "type", "offset"], ...rows])}\nin all ${formatBytes(bytes)}, intermediate values included`;
}
