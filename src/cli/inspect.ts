import { readFile } from "node:fs/promises";
import type { Described } from "../../compiler/describe/describe.ts";
import { describe, type Formulas } from "../../compiler/describe/equations.ts";
import { pageOf } from "../../compiler/describe/page.ts";
import { rewritesOf } from "../../compiler/describe/rewrites.ts";
import { missingOption, notInputs, notJson } from "../../compiler/diagnostics/commands.ts";
import { shown } from "../../compiler/diagnostics/settings.ts";
import { escaped } from "../../compiler/formula/html.ts";
import { type Page, writePage } from "../../compiler/formula/page.ts";
import { type Build, build, prepare, readable } from "../../compiler/index.ts";
import { printPosition } from "../../compiler/ir/print.ts";
import { callsOf } from "../../compiler/kernel/plan.ts";
import { printCalls } from "../../compiler/kernel/print.ts";
import { placesOf } from "../../compiler/memory/places.ts";
import { Pipeline, type Sink } from "../../compiler/pipeline/pipeline.ts";
import { traceWriter } from "../../compiler/trace/print.ts";
import type { Step } from "../../compiler/trace/trace.ts";
import { cannotReadFile, compiledIn } from "../../runtime/diagnostics.ts";
import { load } from "../../runtime/index.ts";
import type { Format } from "../compile.ts";
import { partsToRead } from "../described.ts";
import { type Interpreted, interpretProgram } from "../interpret.ts";
import { type Opened, openDefinition, openModule, valuesIn } from "../open.ts";
import { isOptions } from "../settings.ts";
import type { Data } from "../tensor.ts";
import { allowedOf } from "./allow.ts";
import { derivationText } from "./derive.ts";
import { fromFile, readBytes } from "./files/read.ts";
import { refuseOver } from "./files/refuse.ts";
import { type OptimizerName, optimizerNamed } from "./options.ts";
import { functionNamed, valueNamed } from "./plot/function.ts";
import { plot } from "./plot/plot.ts";
import { alignColumns, formatBytes, shortNumber, type Terminal } from "./terminal.ts";
import { paint } from "./visible.ts";

interface InspectOptions {
  readonly model?: string;
  readonly wrt?: readonly string[];
  readonly format: Format;
  readonly memory?: boolean;
  readonly kernels?: boolean;
  readonly trace?: boolean;
  readonly asRun?: boolean;
  readonly at?: string;
  readonly optimizer: OptimizerName | "none";
  readonly weights?: string;
  readonly allow?: readonly string[];
  readonly expand?: boolean;
  /** What the gradient is by that is derived. */
  readonly derive?: string;
  /** The function to draw. */
  readonly plot?: string;
  /** The file of the picture. */
  readonly out?: string;
}

/** `gradc inspect`; without a model it draws a function that needs none. */
export async function inspect(path: string | undefined, given: InspectOptions, terminal: Terminal): Promise<void> {
  const options = { ...given, allow: allowedOf(given.allow).compiling };
  if (options.out !== undefined && options.plot === undefined) throw missingOption("--out", "the picture of --plot", "--plot NAME");
  if (options.out !== undefined) await refuseOver(options.out, { "the model": [path], "the weights": [options.weights] });
  if (path === undefined) return plot(functionNamed(options.plot ?? ""), options, terminal);
  const steps: string[] = [];
  const rewrites: Step[] = [];
  const sink = options.trace ? traceWriter((line) => steps.push(line)) : options.asRun ? rewritesTo(rewrites) : undefined;
  const pipeline = new Pipeline({}, sink);
  const open = (wrt?: readonly string[]) => openModel(path, { ...options, ...(wrt && { wrt }) }, pipeline);
  checkWeights(options);
  if (options.derive !== undefined) return derivation(options, { open, terminal });
  const opened = await open();
  for (const warning of opened.warnings) terminal.note(`warning: ${warning}`);
  if (options.plot !== undefined) return plot(valueNamed(await withWeights(opened, options.weights), options.plot), options, terminal);
  if (options.at !== undefined) terminal.out(values(await withWeights(opened, options.weights), await readInputs(options.at), options.format));
  if (options.memory || options.kernels) {
    const built = await build(opened.program, { purpose: opened.purpose });
    if (options.memory) terminal.out(memoryTable(built));
    if (options.kernels) terminal.out(printCalls(callsOf(...built.plans), built.schedules).join("\n\n"));
  }
  if (options.trace) {
    prepare(opened.program, pipeline);
    terminal.out(steps.join("\n"));
  }
  if (options.at === undefined && !options.memory && !options.kernels && !options.trace) {
    if (options.asRun) prepare(opened.program, pipeline);
    terminal.out([formulas(opened, options), ...rewriteTable(rewrites, options)].join("\n\n"));
  }
}

/** Keeps the steps of the passes that make another form of what was derived. */
const rewritesTo =
  (steps: Step[]): Sink =>
  (step, pass) => {
    if (pass === "stabilise" || pass === "simplify") steps.push(step);
  };

/** What lies between the page as it was derived and as it runs; it is no mathematics of the other formats. */
function rewriteTable(steps: readonly Step[], { format }: InspectOptions): string[] {
  const uses = format === "text" ? rewritesOf(steps) : [];
  if (uses.length === 0) return [];
  const rows = uses.map(({ rule, tag, place, before, after }) => [place ? printPosition(place) : "", `${rule} (${tag})`, `${before}  →  ${after}`]);
  return [`${paint("bold", "Rewrites")}\n\n${alignColumns(rows)}`];
}

function checkWeights({ weights, at, plot: plotted }: InspectOptions): void {
  if (weights !== undefined && at === undefined && plotted === undefined)
    throw missingOption("--weights", "the numbers of --at and the picture of --plot", "--at FILE");
}

/** How one gradient comes about, with the numbers of `--at`. */
async function derivation(
  { derive = "", at, weights, format }: InspectOptions,
  { open, terminal }: { readonly open: (wrt?: readonly string[]) => Promise<Opened>; readonly terminal: Terminal },
): Promise<void> {
  const inputs = at === undefined ? undefined : await readInputs(at);
  const openWith = async (wrt?: readonly string[]) => {
    const opened = await open(wrt);
    if (!wrt) for (const warning of opened.warnings) terminal.note(`warning: ${warning}`);
    return withWeights(opened, weights);
  };
  terminal.out(await derivationText(openWith, { derive, format, inputs }));
}

const openModel = (path: string, options: InspectOptions, pipeline: Pipeline): Promise<Opened> =>
  path.endsWith(".wasm") ? openFile(path, options) : openSource(path, options, pipeline);

async function openFile(path: string, { model, wrt, optimizer }: InspectOptions): Promise<Opened> {
  if (model !== undefined) throw compiledIn("one model", `--model ${model}`);
  const wasm = await readBytes(path);
  const opened = await fromFile(path, () => openModule(wasm, { wrt }));
  const own = opened.purpose.optimizer ?? "no optimizer";
  if (optimizer !== "none" && optimizer !== own) throw compiledIn(own, `--optimizer ${optimizer}`);
  return opened;
}

const openSource = (path: string, { model, wrt, optimizer, allow }: InspectOptions, pipeline: Pipeline): Promise<Opened> =>
  openDefinition(path, {
    model,
    wrt,
    allow,
    pipeline,
    optimizer: optimizer === "none" ? undefined : optimizerNamed(optimizer),
  });

/** The model with the values of a file of weights. */
async function withWeights(opened: Opened, weights: string | undefined): Promise<Opened> {
  if (weights === undefined) return opened;
  const { wasm } = await build(opened.program, { purpose: opened.purpose });
  const net = await load(wasm);
  const state = await readBytes(weights);
  await fromFile(weights, () => net.restore(state));
  return { ...opened, variables: valuesIn(net) };
}

function formulas({ program }: Opened, { format, wrt, optimizer, expand, asRun }: InspectOptions): string {
  const parts = partsToRead(readable(program, asRun));
  const updates: Described["updates"] = optimizer === "none" ? new Map() : parts.updates;
  if (format === "json")
    return jsonText(describe({ ...parts, updates }, format, { expand }), wrt ? ["gradients"] : ["forward", "gradients", "updates"]);
  const page = pageOf({ ...parts, updates }, { expand });
  return framed(program.name, wrt ? { ...page, forward: [], updates: [] } : page, format);
}

const headings: { readonly [format in Format]?: (title: string) => string } = {
  text: (title) => paint("bold", title),
  html: (title) => `<h2>${title}</h2>`,
};

function framed(name: string, page: Page, format: Exclude<Format, "json">): string {
  const head = format === "html" ? `<!doctype html>\n<meta charset="utf-8">\n<title>${escaped(name)}</title>\n` : "";
  return head + writePage(page, format, headings[format]);
}

/** Each equation of the format json is JSON itself. */
function jsonText(formulas: Formulas, parts: readonly (keyof Formulas)[]): string {
  const read = parts.map((part) => [part, Object.fromEntries(Object.entries(formulas[part]).map(([name, text]) => [name, JSON.parse(text)]))]);
  return JSON.stringify(Object.fromEntries(read), null, 2);
}

function memoryTable({ manifest, program, fused, layout, memory }: Build): string {
  const places = placesOf({ fused, layout, memory }, program.capacity);
  const rows = places.map(({ name, kind, type, offset, bytes, lifetime }) => [name, kind, type, String(offset), String(bytes), lifetime]);
  const capacity = Object.entries(program.capacity).map(([name, size]) => ` with ${name} = ${size}`);
  const table = alignColumns([["buffer", "kind", "type", "offset", "bytes", "alive in kernels"], ...rows], [3, 4]);
  return `${table}\n\n${formatBytes(manifest.bytes)} in all${capacity.join(",")}; temporaries share what is free`;
}

type Inputs = Readonly<Record<string, Data>>;

/** The inputs in a JSON file such as `{ "x": [[1, 2]], "y": [[3]] }`. */
async function readInputs(file: string): Promise<Inputs> {
  const text = await readFile(file, "utf8").catch((error) => {
    throw cannotReadFile(file, error);
  });
  const inputs = parseJson(file, text);
  if (!isOptions(inputs)) throw notInputs(file, shown(inputs));
  return inputs as Inputs;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson(file, error);
  }
}

/** Every named value and gradient at `inputs`, computed by the interpreter. */
function values({ program, variables }: Opened, inputs: Inputs, format: Format): string {
  const { loss, outputs, values: named, gradients } = interpretProgram(program, inputs, { parameters: variables });
  const forward = new Map([...named, ...outputs, ...(Number.isNaN(loss) ? [] : [["loss", Float64Array.of(loss)] as const])]);
  if (format === "json") return JSON.stringify({ forward: plain(forward), gradients: plain(gradients) }, null, 2);
  const part = (title: string, numbers: Interpreted["values"]) => (numbers.size > 0 ? [`${paint("bold", title)}\n\n${numberTable(numbers)}`] : []);
  return [...part("Forward", forward), ...part("Gradients", gradients)].join("\n\n");
}

const plain = (numbers: Interpreted["values"]) => Object.fromEntries([...numbers].map(([name, data]) => [name, [...data]]));

/** Elements of a value that are shown. */
const mostShown = 8;

function numberTable(numbers: Interpreted["values"]): string {
  const rows = [...numbers].map(([name, data]) => {
    const more = data.length > mostShown ? `  … ${data.length} in all` : "";
    return [name, [...data.subarray(0, mostShown)].map(shortNumber).join("  ") + more];
  });
  return alignColumns(rows);
}
