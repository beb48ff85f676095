// The numbers of every value and gradient as a table.

import { alignColumns } from "../../../compiler/formula/columns.ts";
import { mostElements } from "../../../compiler/formula/legend.ts";
import type { Program } from "../../../compiler/ir/entry.ts";
import { words } from "../../../compiler/words/words.ts";
import { entryNamed } from "../../../runtime/program.ts";
import type { Format } from "../../compile.ts";
import { type Interpreted, interpretProgram } from "../../interpret.ts";
import type { Opened } from "../../open.ts";
import { shortNumber } from "../terminal.ts";
import { paint } from "../visible.ts";
import type { Inputs } from "./given.ts";

/** Every named value and gradient at `inputs`, computed by the interpreter. */
function numbersAt({ program, variables }: Opened, inputs: Inputs): Pick<Interpreted, "gradients"> & { readonly forward: Interpreted["values"] } {
  const { loss, outputs, values: named, gradients } = interpretProgram(program, inputs, { parameters: variables });
  return { forward: new Map([...named, ...outputs, ...(Number.isNaN(loss) ? [] : [["loss", Float64Array.of(loss)] as const])]), gradients };
}

/** They as data. */
export function interpreted(opened: Opened, inputs: Inputs): object {
  const { forward, gradients } = numbersAt(opened, inputs);
  return { forward: plain(forward), gradients: plain(gradients) };
}

/** They as a table, or as data. */
export function valuesAt(opened: Opened, inputs: Inputs, format: Format): string {
  if (format === "json") return JSON.stringify(interpreted(opened, inputs), null, 2);
  const { forward, gradients } = numbersAt(opened, inputs);
  const rows = rowLengths(opened.program);
  const part = (title: string, numbers: Interpreted["values"]) =>
    numbers.size > 0 ? [`${paint("bold", title)}\n\n${numberTable(numbers, rows)}`] : [];
  return [...part(words.titles.forward, forward), ...part(words.titles.gradients, gradients)].join("\n\n");
}

const plain = (numbers: Interpreted["values"]) => Object.fromEntries([...numbers].map(([name, data]) => [name, [...data]]));

/** Elements of a line; as many as a row has, or an equal part of one, where those are among these. */
const inLine = { usual: 8, equal: [10, 9, 8, 7, 6, 5] };

const lengthFor = (row: number): number => (row > 1 && row < 5 ? row : (inLine.equal.find((length) => row % length === 0) ?? inLine.usual));

function numberTable(numbers: Interpreted["values"], rows: ReadonlyMap<string, number>): string {
  return alignColumns([...numbers].flatMap(([name, data]) => linesOf(data, rows.get(name) ?? 1).map((line, at) => [at === 0 ? name : "", line])));
}

/** The elements of a value, where they are many in several lines; of very many the first. */
function linesOf(data: Float64Array, row: number): string[] {
  const texts = Array.from(data.length > mostElements ? data.subarray(0, inLine.usual) : data, shortNumber);
  if (data.length > mostElements) return [`${texts.join("  ")}  … ${words.inAll(data.length)}`];
  if (data.length <= inLine.usual) return [texts.join("  ")];
  const [length, width] = [lengthFor(row), Math.max(...texts.map((text) => text.length))];
  return Array.from({ length: Math.ceil(texts.length / length) }, (_, line) =>
    texts
      .slice(line * length, (line + 1) * length)
      .map((text) => text.padStart(width))
      .join("  "),
  );
}

/** How many elements a row of each value has, along its last axis. */
function rowLengths({ graph, entries }: Program): Map<string, number> {
  const named = [...graph.names].flatMap(([node, names]) => [...names].map(({ text }) => [text, node] as const));
  const results = (["predict", "gradients"] as const).flatMap((entry) =>
    (entryNamed(entries, entry)?.results ?? []).map(({ name, node }) => [name, node] as const),
  );
  return new Map([...named, ...results].map(([name, { shape }]) => [name, Number(shape.at(-1) ?? 1)]));
}
