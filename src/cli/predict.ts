import { type Assignment, assignColumns, type Classes, dataOf } from "../../runtime/data/columns.ts";
import { readCsv, type Table } from "../../runtime/data/csv.ts";
import { load, type Manifest, type Net, type Outputs } from "../../runtime/index.ts";
import { counters } from "../../runtime/program.ts";
import { writeWhole } from "./files.ts";
import type { Terminal } from "./terminal.ts";

interface PredictOptions {
  readonly data: string;
  readonly weights?: string;
  readonly out?: string;
}

/** `gradc predict`. */
export async function predict(path: string, { data, weights, out }: PredictOptions, terminal: Terminal): Promise<void> {
  const net = await load(path, weights === undefined ? {} : { weights });
  if (net.read(counters.step)[0] === 0) terminal.note("warning: the module holds no trained weights\n  help: --weights FILE");
  const table = await readCsv(data);
  const classes: Classes = JSON.parse(net.metadata.get("classes") ?? "{}");
  const inputs = dataOf(table, net.manifest, columnsOf(net, table), classes);
  const text = csvText(outputColumns(net.manifest, net.predict(inputs), table.rows.length, targetClasses(net, classes)));
  if (out === undefined) terminal.out(text);
  else await writeWhole(out, `${text}\n`);
}

/** The columns of the inputs that `predict` reads: those that the model was trained on, else by name and order. */
function columnsOf({ manifest, metadata }: Net, table: Table): Assignment {
  const needed = new Set(manifest.entries.find(({ name }) => name === "predict")?.inputs);
  const inputs = manifest.inputs.filter(({ name }) => needed.has(name));
  const kept: Assignment = JSON.parse(metadata.get("columns") ?? "{}");
  const known = Object.fromEntries(Object.entries(kept).filter(([name]) => needed.has(name)));
  return assignColumns(table, { ...manifest, inputs, targets: [] }, { input: known });
}

interface Labelled {
  readonly column: string;
  readonly labels: readonly string[];
}

/** The classes of the one target that has some. */
function targetClasses({ manifest, metadata }: Net, classes: Classes): Labelled | undefined {
  const kept: Assignment = JSON.parse(metadata.get("columns") ?? "{}");
  const columns = manifest.targets.flatMap((target) => kept[target] ?? []);
  const [labelled, ...others] = columns.flatMap((column) => (classes[column] ? [{ column, labels: classes[column] }] : []));
  return others.length === 0 ? labelled : undefined;
}

interface Column {
  readonly name: string;
  readonly cells: readonly string[];
}

/** The outputs as columns; one with a value for each class has the labels in its names, and the likeliest label in a column of its own. */
function outputColumns({ outputs }: Manifest, values: Outputs, rows: number, classes: Labelled | undefined): Column[] {
  return outputs.flatMap((output) => {
    const data = values[output] ?? new Float32Array();
    const width = data.length / rows;
    const names = classes && width === classes.labels.length ? classes.labels : Array.from({ length: width }, (_, at) => String(at));
    const columns = names.map((name, at): Column => ({ name: width === 1 ? output : `${output}.${name}`, cells: texts(data, at, width) }));
    if (!classes || width !== classes.labels.length) return columns;
    const best = Array.from({ length: rows }, (_, row) => classes.labels[indexOfMost(data.subarray(row * width, (row + 1) * width))] as string);
    return [...columns, { name: classes.column, cells: best }];
  });
}

function texts(data: Outputs[string], first: number, width: number): string[] {
  const cells: string[] = [];
  for (let at = first; at < data.length; at += width) cells.push(shortest(data[at] as number));
  return cells;
}

const indexOfMost = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let at = 1; at < values.length; at++) if ((values[at] as number) > (values[most] as number)) most = at;
  return most;
};

/** The shortest decimal that is this f32. */
function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}

const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function csvText(columns: readonly Column[]): string {
  const rows = columns[0]?.cells.map((_, row) => columns.map(({ cells }) => cells[row] as string)) ?? [];
  return [columns.map(({ name }) => name), ...rows].map((row) => row.map(quote).join(",")).join("\n");
}
