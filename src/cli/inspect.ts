import { readFile } from "node:fs/promises";
import type { Described } from "../../compiler/describe/describe.ts";
import { type Equations, equationsOf } from "../../compiler/describe/equations.ts";
import { type ProgramPage, pageOf } from "../../compiler/describe/page.ts";
import type { Readable } from "../../compiler/describe/readable.ts";
import { rewritesOf } from "../../compiler/describe/rewrites.ts";
import { missingOption, notInputs, notJson } from "../../compiler/diagnostics/commands.ts";
import { shown } from "../../compiler/diagnostics/settings.ts";
import { alignColumns } from "../../compiler/formula/columns.ts";
import { writeLegend } from "../../compiler/formula/legend.ts";
import { writePage } from "../../compiler/formula/page.ts";
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
import { fromFile, readBytes } from "./files/read.ts";
import { refuseOver } from "./files/refuse.ts";
import { type OptimizerName, optimizerNamed } from "./options.ts";
import { functionNamed, valueNamed } from "./plot/function.ts";
import { plot } from "./plot/plot.ts";
import { formatBytes, shortNumber, type Terminal } from "./terminal.ts";
import { paint } from "./visible.ts";

interface InspectOptions {
  readonly model?: string;
  readonly wrt?: readonly string[];
  readonly format: Format | "svg";
  readonly memory?: boolean;
  readonly kernels?: boolean;
  readonly trace?: boolean;
  readonly asRun?: boolean;
  readonly at?: string;
  readonly optimizer: OptimizerName | "none";
  readonly weights?: string;
  readonly allow?: readonly string[];
  readonly expand?: boolean;
  /** The function to draw. */
  readonly plot?: string;
  /** The file of a picture. */
  readonly out?: string;
}

/** `gradc inspect`; without a model it draws a function that needs none. */
export async function inspect(path: string | undefined, given: InspectOptions, terminal: Terminal): Promise<void> {
  const options = { ...given, allow: allowedOf(given.allow).compiling };
  if (options.out !== undefined && options.plot === undefined && options.format !== "svg" && options.format !== "html")
    throw missingOption("--out", "the picture of --plot or --format svg, or the page of --format html", "--plot NAME, --format svg or html");
  if (options.out !== undefined)
    await refuseOver(options.out, { "the model": [path], "the weights": [options.weights], "the example": [options.at] });
  if (path === undefined) return plot(functionNamed(options.plot ?? ""), options, terminal);
  const steps: string[] = [];
  const rewrites: Step[] = [];
  const sink = options.trace ? traceWriter((line) => steps.push(line)) : options.asRun ? rewritesTo(rewrites) : undefined;
  const pipeline = new Pipeline({}, sink);
  const opened = path.endsWith(".wasm") ? await openFile(path, options) : await openSource(path, options, pipeline);
  for (const warning of opened.warnings) terminal.note(`warning: ${warning}`);
  if (options.plot !== undefined) return plot(valueNamed(await withWeights(opened, options.weights), options.plot), options, terminal);
  if (options.weights !== undefined && options.at === undefined)
    throw missingOption("--weights", "the numbers of --at and the picture of --plot", "--at FILE");
  const { format } = options;
  if (format === "svg") return draw(opened, options, terminal);
  const isPage = !options.memory && !options.kernels && !options.trace;
  if (isPage && (format === "html" || format === "json")) return asData(path, opened, { ...options, format }, terminal);
  if (options.at !== undefined) terminal.out(values(await withWeights(opened, options.weights), await readInputs(options.at)));
  if (options.memory || options.kernels) {
    const built = await build(opened.program, { purpose: opened.purpose });
    if (options.memory) terminal.out(memoryTable(built));
    if (options.kernels) terminal.out(printCalls(callsOf(...built.plans), built.schedules).join("\n\n"));
  }
  if (options.trace) {
    prepare(opened.program, pipeline);
    terminal.out(steps.join("\n"));
  }
  if (options.at === undefined && isPage) {
    if (options.asRun) prepare(opened.program, pipeline);
    terminal.out([formulas(opened, { ...options, format }), ...rewriteTable(rewrites, options)].join("\n\n"));
  }
}

/** Shows the page as data, or drawn from that. */
async function asData(
  path: string,
  found: Opened,
  options: InspectOptions & { readonly format: "html" | "json" },
  terminal: Terminal,
): Promise<void> {
  const { format, at, weights, out } = options;
  const { jsonText, pageData, showPage } = await import("./formula-page.ts");
  const [opened, example] = [await withWeights(found, weights), at === undefined ? undefined : await readInputs(at)];
  const { described, page, errors } = toRead(opened, options);
  const data = await pageData(path, opened, page, errors, example);
  if (format === "html") return showPage(data, opened, described, example, out, terminal);
  const before = example ? interpreted(opened, example) : equations(described, options);
  terminal.out(jsonText({ ...before, ...data }));
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

/** Draws the network, what draws being loaded only then. */
async function draw(opened: Opened, { at, weights, out }: InspectOptions, terminal: Terminal): Promise<void> {
  const { drawNetwork } = await import("./picture.ts");
  const example = at === undefined ? undefined : await readInputs(at);
  return drawNetwork(await withWeights(opened, weights), { example, out }, terminal);
}

interface ToRead {
  readonly described: Described;
  readonly page: ProgramPage;
  readonly errors: Readable["errors"];
}

/** What is asked for of a program, and its page. */
function toRead({ program }: Opened, { wrt, optimizer, expand, asRun }: InspectOptions): ToRead {
  const read = readable(program, asRun);
  const parts = partsToRead(read);
  const described: Described = optimizer === "none" ? { ...parts, updates: new Map() } : parts;
  const page = pageOf(described, { expand });
  return { described, page: wrt ? { ...page, forward: [], stable: [], updates: [] } : page, errors: read.errors };
}

/** The page as text or as LaTeX, of which text has a legend. */
function formulas(opened: Opened, options: InspectOptions): string {
  const { page } = toRead(opened, options);
  if (options.format === "latex") return writePage(page, "latex");
  const heading = (title: string) => paint("bold", title);
  return `${writePage(page, "text", heading)}\n\n${writeLegend(page, heading)}`;
}

/** An equation each, which stands alone. */
function equations(described: Described, { wrt, expand }: InspectOptions): Partial<Equations> {
  const { gradients, ...others } = equationsOf(described, { expand });
  return wrt ? { gradients } : { forward: others.forward, gradients, updates: others.updates };
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
function numbersAt({ program, variables }: Opened, inputs: Inputs): Pick<Interpreted, "gradients"> & { readonly forward: Interpreted["values"] } {
  const { loss, outputs, values: named, gradients } = interpretProgram(program, inputs, { parameters: variables });
  return { forward: new Map([...named, ...outputs, ...(Number.isNaN(loss) ? [] : [["loss", Float64Array.of(loss)] as const])]), gradients };
}

/** The same as data. */
function interpreted(opened: Opened, inputs: Inputs): object {
  const { forward, gradients } = numbersAt(opened, inputs);
  return { forward: plain(forward), gradients: plain(gradients) };
}

function values(opened: Opened, inputs: Inputs): string {
  const { forward, gradients } = numbersAt(opened, inputs);
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
