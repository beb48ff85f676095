import type { Described } from "../../compiler/describe/describe.ts";
import { type Equations, equationsOf } from "../../compiler/describe/equations.ts";
import { type ProgramPage, pageOf } from "../../compiler/describe/page.ts";
import type { Readable } from "../../compiler/describe/readable.ts";
import { rewritesOf } from "../../compiler/describe/rewrites.ts";
import { missingOption } from "../../compiler/diagnostics/commands.ts";
import { notOnPage } from "../../compiler/diagnostics/scalars.ts";
import { pageOfColumns } from "../../compiler/formula/column-vectors.ts";
import { alignColumns } from "../../compiler/formula/columns.ts";
import { writeLegend } from "../../compiler/formula/legend.ts";
import { writePage } from "../../compiler/formula/page.ts";
import { type Build, build, prepare, readable, sizesOf } from "../../compiler/index.ts";
import { reportKernels } from "../../compiler/kernel/report.ts";
import { placesOf } from "../../compiler/memory/places.ts";
import { Pipeline } from "../../compiler/pipeline/pipeline.ts";
import type { Notation } from "../../compiler/scalars/signs.ts";
import { writeScalars } from "../../compiler/scalars/write.ts";
import { traceWriter } from "../../compiler/trace/print.ts";
import type { Step } from "../../compiler/trace/trace.ts";
import { words } from "../../compiler/words/words.ts";
import { compiledIn } from "../../runtime/diagnostics.ts";
import type { Format } from "../compile.ts";
import { partsToRead } from "../described.ts";
import { type Opened, openDefinition, openModule } from "../open.ts";
import { allowedOf } from "./allow.ts";
import { fromFile, readBytes } from "./files/read.ts";
import { refuseOver } from "./files/refuse.ts";
import { readInputs, withWeights } from "./inspect/given.ts";
import { rewritesTo, rewriteTable } from "./inspect/rewrites.ts";
import { notationOf, type ScalarOptions, scalarsOf, writtenOut } from "./inspect/scalars.ts";
import { interpreted, valuesAt } from "./inspect/values.ts";
import { optimizerNamed } from "./options.ts";
import { functionNamed, valueNamed } from "./plot/function.ts";
import { plot } from "./plot/plot.ts";
import { formatBytes, type Terminal } from "./terminal.ts";
import { paint } from "./visible.ts";

interface InspectOptions extends ScalarOptions {
  readonly model?: string;
  readonly wrt?: readonly string[];
  readonly format: Format | "svg";
  readonly memory?: boolean;
  readonly kernels?: boolean;
  /** Whether to run and time the kernels. */
  readonly measure?: boolean;
  readonly trace?: boolean;
  readonly asRun?: boolean;
  /** The gradient to derive. */
  readonly derive?: string;
  /** What its derivation goes through. */
  readonly through?: string;
  readonly allow?: readonly string[];
  readonly vectors?: "rows" | "columns";
  /** The function to draw. */
  readonly plot?: string;
  /** The file of the picture. */
  readonly out?: string;
}

/** What is written as formulas. */
type Written = InspectOptions & { readonly format: "text" | "latex" };

/** `gradc inspect`; without a model it draws a function that needs none. */
export async function inspect(path: string | undefined, given: InspectOptions, terminal: Terminal): Promise<void> {
  const options = { ...given, allow: allowedOf(given.allow).compiling };
  const notation = notationOf(options);
  if (options.out !== undefined && options.plot === undefined && options.format !== "svg" && options.format !== "html")
    throw missingOption("--out", "the picture of --plot or --format svg, or the page of --format html", "--plot NAME, --format svg or html");
  if (options.out !== undefined)
    await refuseOver(options.out, { "the model": [path], "the weights": [options.weights], "the example": [options.at] });
  if (path === undefined) return plot(functionNamed(options.plot ?? ""), options, terminal);
  const steps: string[] = [];
  const rewrites: Step[] = [];
  const sink = options.trace ? traceWriter((line) => steps.push(line)) : options.asRun ? rewritesTo(rewrites) : undefined;
  const pipeline = new Pipeline({}, sink);
  const open = (wrt?: readonly string[]) => openModel(path, { ...options, ...(wrt && { wrt }) }, pipeline);
  checkTogether(options);
  if (options.derive !== undefined) return derivation(path, options, { open, terminal });
  const opened = await open();
  for (const warning of opened.warnings) terminal.note(`warning: ${warning}`);
  if (options.plot !== undefined) return plot(valueNamed(await withWeights(opened, options.weights), options.plot), options, terminal);
  const { format } = options;
  if (format === "svg") return draw(opened, options, terminal);
  if (notation !== undefined && format === "html") return inHtml(opened, notation, options, terminal);
  if (notation !== undefined) return terminal.out(await scalars(opened, notation, { ...options, format }));
  const isPage = !options.memory && !options.kernels && !options.measure && !options.trace;
  if (options.asRun && isPage) prepare(opened.program, pipeline);
  if (isPage && (format === "json" || format === "html")) return asData(path, { ...opened, rewrites }, { ...options, format }, terminal);
  if (options.at !== undefined) terminal.out(valuesAt(await withWeights(opened, options.weights), await readInputs(options.at), format));
  if (options.memory || options.kernels) {
    const built = await build(opened.program, { purpose: opened.purpose });
    if (options.memory) terminal.out(memoryTable(built));
    if (options.kernels) terminal.out(kernelTexts(built));
  }
  if (options.measure) {
    const { measureKernels } = await import("./inspect/measure.ts");
    terminal.out(await measureKernels(opened));
  }
  if (options.trace) {
    prepare(opened.program, pipeline);
    terminal.out(steps.join("\n"));
  }
  if (options.at === undefined && isPage) {
    const written = format === "latex" ? format : "text";
    const table = options.asRun && written === "text" ? [rewriteTable(rewrites)] : [];
    terminal.out([formulas(opened, { ...options, format: written }), ...table].join("\n\n"));
  }
}

function checkTogether({ weights, at, plot: plotted, derive, through }: InspectOptions): void {
  if (through !== undefined && derive === undefined) throw missingOption("--through", "a derivation", "--derive NAME");
  if (weights !== undefined && at === undefined && plotted === undefined)
    throw missingOption("--weights", "the numbers of --at and the picture of --plot", "--at FILE");
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

/** How one gradient comes about, with the numbers of `--at`. */
async function derivation(
  path: string,
  { derive = "", through, at, weights, format, out }: InspectOptions,
  { open, terminal }: { readonly open: (wrt?: readonly string[]) => Promise<Opened>; readonly terminal: Terminal },
): Promise<void> {
  const { derivationText } = await import("./derive.ts");
  const inputs = at === undefined ? undefined : await readInputs(at);
  const openWith = async (wrt?: readonly string[]) => {
    const opened = await open(wrt);
    if (!wrt) for (const warning of opened.warnings) terminal.note(`warning: ${warning}`);
    return withWeights(opened, weights);
  };
  if (format === "svg") throw notOnPage("--format svg", "text, latex, html or json");
  const text = await derivationText(openWith, { path, derive, through, format, inputs });
  if (format !== "html") return terminal.out(text);
  const { writeHtml } = await import("./formula-page.ts");
  return writeHtml(text, out, terminal);
}

const openModel = (path: string, options: InspectOptions, pipeline: Pipeline): Promise<Opened> =>
  path.endsWith(".wasm") ? openFile(path, options) : openSource(path, options, pipeline);

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

/** What a step assigns to states of layers, whatever the optimizer. */
function ofLayers({ graph, updates }: Described): Described["updates"] {
  const states = new Set([...graph.declarations.values()].flatMap(({ name, role }) => (role === "layer" ? [name] : [])));
  return new Map([...updates].filter(([name]) => states.has(name)));
}

/** What is asked for of a program, and its page. */
function toRead({ program }: Opened, { wrt, optimizer, expand, asRun }: InspectOptions): ToRead {
  const read = readable(program, asRun);
  const parts = partsToRead(read);
  const described: Described = optimizer === "none" ? { ...parts, updates: ofLayers(parts) } : parts;
  const page = pageOf(described, { expand: Boolean(expand) });
  return { described, page: wrt ? { ...page, forward: [], stable: [], predicted: [], updates: [] } : page, errors: read.errors };
}

/** Shows the page as data, or drawn from that. */
async function asData(
  path: string,
  { rewrites, ...found }: Opened & { readonly rewrites: readonly Step[] },
  options: InspectOptions & { readonly format: "html" | "json" },
  terminal: Terminal,
): Promise<void> {
  const { format, at, weights, out, vectors, expand, asRun } = options;
  if (vectors === "columns" && format === "json") throw notOnPage("--format json", "text, latex or html");
  const { jsonText, pageData, showPage } = await import("./formula-page.ts");
  const [opened, example] = [await withWeights(found, weights), at === undefined ? undefined : await readInputs(at)];
  const { described, page: rows, errors } = toRead(opened, options);
  // The numbers of rows are none of columns.
  const page = vectors === "columns" ? { ...pageOfColumns(rows), nodes: new Map(), inSteps: new Map(), results: new Map() } : rows;
  const expanded = expand ? writtenOut(opened, expand === "all") : undefined;
  const data = await pageData(path, opened, { page, errors, example, expanded, rewrites: asRun ? rewritesOf(rewrites) : undefined });
  if (format === "html") return showPage(data, opened, { described, example, out }, terminal);
  const before = example ? interpreted(opened, example) : equations(described, options);
  terminal.out(jsonText({ ...before, ...data }));
}

/** The page as text or as LaTeX, of which text has a legend. */
function formulas(opened: Opened, options: Written): string {
  const { format, expand, vectors } = options;
  const { page: rows } = toRead(opened, options);
  const page = vectors === "columns" ? pageOfColumns(rows) : rows;
  const conventions = vectors === "columns" && format === "latex" ? [`% ${words.columnVectors}`] : [];
  const expanded = expand ? writtenOut(opened, expand === "all") : undefined;
  const inScalars = expanded ? [writeScalars(expanded, format, heading(format))] : [];
  const legend = format === "text" ? [writeLegend(page, heading(format))] : [];
  return [...conventions, writePage(page, format, heading(format)), ...inScalars, ...legend].join("\n\n");
}

/** An equation each, which stands alone. */
function equations(described: Described, { wrt, expand }: InspectOptions): Partial<Equations> {
  const { gradients, ...others } = equationsOf(described, { expand: Boolean(expand) });
  return wrt ? { gradients } : { forward: others.forward, gradients, updates: others.updates };
}

const heading = (format: "text" | "latex") => (format === "text" ? (title: string) => paint("bold", title) : undefined);

/** The page of a model in scalars. */
async function scalars(opened: Opened, notation: Notation, { format, ...options }: InspectOptions & { readonly format: Format }): Promise<string> {
  checkIsRows(options.vectors);
  if (format === "json" || format === "html") throw notOnPage("--format json", "text, latex or html");
  return writeScalars(await scalarsOf(opened, notation, options), format, heading(format));
}

function checkIsRows(vectors: InspectOptions["vectors"]): void {
  if (vectors === "columns") throw notOnPage("--vectors columns", "the page without --notation and --index: a page of scalars has no vectors");
}

/** The same drawn from its data. */
async function inHtml(found: Opened, notation: Notation, options: InspectOptions, terminal: Terminal): Promise<void> {
  const { at, weights, vectors, out } = options;
  checkIsRows(vectors);
  const { scalarData, showPage } = await import("./formula-page.ts");
  const data = await scalarData(found, await scalarsOf(found, notation, options));
  const [opened, example] = [await withWeights(found, weights), at === undefined ? undefined : await readInputs(at)];
  return showPage(data, opened, { described: toRead(opened, options).described, example, out }, terminal);
}

function kernelTexts(built: Build): string {
  const { capacity } = built.program;
  return [
    ...reportKernels({ ...built, capacity: sizesOf(built.program) }),
    ...Object.entries(capacity).map(([name, size]) => `counted with ${name} = ${size}`),
  ].join("\n\n");
}

function memoryTable({ manifest, program, fused, layout, memory }: Build): string {
  const places = placesOf({ fused, layout, memory }, program.capacity);
  const rows = places.map(({ name, kind, type, offset, bytes, lifetime }) => [name, kind, type, String(offset), String(bytes), lifetime]);
  const capacity = Object.entries(program.capacity).map(([name, size]) => ` with ${name} = ${size}`);
  const table = alignColumns([["buffer", "kind", "type", "offset", "bytes", "alive in kernels"], ...rows], [3, 4]);
  return `${table}\n\n${formatBytes(manifest.bytes)} in all${capacity.join(",")}; temporaries share what is free`;
}
