import { type Assignment, assignColumns, dataOf, keptClasses, keptColumns } from "../../data/columns.ts";
import { readCsv, type Table } from "../../data/csv.ts";
import { predictionColumns, toCsv } from "../../data/predictions.ts";
import { type Inputs, load, type Net } from "../../runtime/index.node.ts";
import { counters } from "../../runtime/program.ts";
import { fromFile } from "./files/read.ts";
import { refuseOver } from "./files/refuse.ts";
import { writeWhole } from "./files/whole.ts";
import { checkTable } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";
import { restoreFrom } from "./weights.ts";

interface PredictOptions {
  readonly data: string;
  readonly weights?: string;
  readonly out?: string;
}

/** `gradc predict`. */
export async function predict(path: string, { data, weights, out }: PredictOptions, terminal: Terminal): Promise<void> {
  checkTable("predict", path, data);
  if (out !== undefined) await refuseOver(out, { "the data": [data], "the module": [path], "the weights": [weights] });
  const net = await fromFile(path, () => load(path));
  if (weights !== undefined) await restoreFrom(net, { weights, module: path }, terminal);
  if (net.read(counters.step)[0] === 0) terminal.note("warning: the module holds no trained weights\n  help: --weights FILE, or NAME.trained.wasm");
  const table = await readCsv(data);
  const inputs = readInputs(table, net);
  const text = visible(toCsv(predictionColumns(net, net.predict(inputs), table.rows.length)));
  if (out === undefined) return terminal.out(text);
  await writeWhole(out, `${text}\n`);
  terminal.note(`${out}: ${table.rows.length.toLocaleString("en")} rows`);
}

/** The inputs that `predict` reads: from the columns that the model was trained on, else by name and order. */
function readInputs(table: Table, { manifest, metadata }: Net): Inputs {
  const needed = new Set(manifest.entries.find(({ name }) => name === "predict")?.inputs);
  const inputs = manifest.inputs.filter(({ name }) => needed.has(name));
  const kept: Assignment = Object.fromEntries(Object.entries(keptColumns(metadata)).filter(([name]) => needed.has(name)));
  const reading = { ...manifest, inputs, targets: [] };
  return dataOf(table, reading, assignColumns(table, reading, { input: kept }), keptClasses(metadata));
}
