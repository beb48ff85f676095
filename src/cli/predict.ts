import { counted } from "../../data/diagnostics.ts";
import { csvBlocks, predictionColumns } from "../../data/predictions.ts";
import { writeWhole } from "../../files/whole.ts";
import { load } from "../../runtime/index.node.ts";
import { fromFile } from "./files/read.ts";
import { refuseOver } from "./files/refuse.ts";
import { checkTable } from "./mistakes.ts";
import { openSource } from "./source.ts";
import { predictionData } from "./table.ts";
import type { TableOptions } from "./table-options.ts";
import type { Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";
import { isUntrained, restoreFrom, untrained } from "./weights.ts";

interface PredictOptions extends TableOptions {
  readonly weights?: string;
  readonly out?: string;
  readonly probabilities?: boolean;
}

/** `gradc predict`. */
export async function predict(path: string, options: PredictOptions, terminal: Terminal): Promise<void> {
  const { data, weights, out } = options;
  checkTable("predict", path, data);
  if (out !== undefined) await refuseOver(out, { "the data": [data], "the module": [path], "the weights": [weights] });
  const net = await fromFile(path, () => load(path));
  if (weights !== undefined) await restoreFrom(net, { weights, module: path }, terminal);
  if (isUntrained(net)) terminal.note(untrained);
  const read = await predictionData(await openSource(options), net, options, terminal);
  const blocks = csvBlocks(predictionColumns(net, net.predict(read.data), read.rows, options), read.places);
  if (out === undefined) {
    for (const block of blocks) {
      terminal.out(visible(block));
      await terminal.taken?.();
    }
    return;
  }
  await writeWhole(out, ended(blocks));
  terminal.note(`${out}: ${counted(read.places.length, "row")}`);
}

/** The blocks as a file has them: each ends its last line. */
function* ended(blocks: Iterable<string>): Generator<string> {
  for (const block of blocks) yield `${visible(block)}\n`;
}
