// `gradc inspect --format json` and `--format html`: a page of formulas as data, and drawn from that.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Described } from "../../compiler/describe/describe.ts";
import type { ProgramPage } from "../../compiler/describe/page.ts";
import type { Readable } from "../../compiler/describe/readable.ts";
import type { Rewrite } from "../../compiler/describe/rewrites.ts";
import type { Position } from "../../compiler/ir/node.ts";
import type { ScalarPage } from "../../compiler/scalars/page.ts";
import { writeWhole } from "../../files/whole.ts";
import { evaluatorOf, shapedEvaluatorOf } from "../interpret.ts";
import type { Opened } from "../open.ts";
import { jsonNumber } from "../page/terms.ts";
import type { JsonSource, PageJson } from "../page/types.ts";
import type { Data } from "../tensor.ts";
import { formatBytes, type Terminal } from "./terminal.ts";

type Example = Readonly<Record<string, Data>> | undefined;

/** The texts of the files of `places`, as far as they can be read; those of a module may lie anywhere. */
export async function sourcesOf(path: string, places: readonly Pick<Position, "file">[]): Promise<JsonSource[]> {
  if (path.endsWith(".wasm")) return [];
  const files = [...new Set(places.map(({ file }) => file))];
  const read = files.map(async (file) => ({ file, text: await readFile(join(dirname(path), file), "utf8").catch(() => undefined) }));
  return (await Promise.all(read)).flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }]));
}

interface Told {
  readonly page: ProgramPage;
  readonly errors: Readable["errors"];
  readonly example: Example;
  /** The same network written out in scalars. */
  readonly expanded: ScalarPage | undefined;
  /** What lies between it and the page as it was derived, where it is one as it runs. */
  readonly rewrites: readonly Rewrite[] | undefined;
}

/** The page of the model at `path` as data, with numbers where there is an example. */
export async function pageData(path: string, { program, variables }: Opened, { page, errors, example, expanded, rewrites }: Told): Promise<PageJson> {
  const { pageJson, scalarJson } = await import("../page/json.ts");
  const evaluate = example && shapedEvaluatorOf(program, example, variables);
  const places = page.symbols.flatMap(({ place }) => (place ? [place] : []));
  const data = pageJson(page, { name: program.name, errors, evaluate, rewrites, sources: await sourcesOf(path, places) });
  return expanded ? { ...data, page: [...data.page, ...scalarJson(program.name, expanded).page] } : data;
}

/** A page of scalars as data. */
export async function scalarData({ program }: Opened, page: ScalarPage): Promise<PageJson> {
  const { scalarJson } = await import("../page/json.ts");
  return scalarJson(program.name, page);
}

interface Shown {
  readonly described: Described;
  readonly example: Example;
  /** A file for the page. */
  readonly out: string | undefined;
}

/** Data as JSON, in which numbers that JSON has none for are texts. */
export const jsonText = (data: object): string => JSON.stringify(data, (_, value) => (typeof value === "number" ? jsonNumber(value) : value), 2);

/** Prints a page as HTML with the picture of its network, or writes it to a file. */
export async function showPage(
  json: PageJson,
  { program, variables }: Opened,
  { described, example, out }: Shown,
  terminal: Terminal,
): Promise<void> {
  const [{ pageHtml }, { pictureOf }] = await Promise.all([import("../page/html.ts"), import("../picture/picture.ts")]);
  const html = pageHtml(json, pictureOf(program.name, described, example && evaluatorOf(program, example, variables)));
  return writeHtml(html, out, terminal);
}

/** Prints the page `html`, or writes it to the file `out`. */
export async function writeHtml(html: string, out: string | undefined, terminal: Terminal): Promise<void> {
  if (out === undefined) return terminal.out(html.trimEnd());
  await writeWhole(out, html);
  terminal.out(`${out}  ${formatBytes(Buffer.byteLength(html))}`);
}
