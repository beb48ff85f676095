import { join } from "node:path";
import { interrupted, nothingToTrain } from "../../../compiler/diagnostics/commands.ts";
import { readCsv } from "../../../data/csv.ts";
import type { Terminal } from "../terminal.ts";
import { runEpochs } from "./epochs.ts";
import { resume, trainableNet } from "./net.ts";
import type { TrainOptions } from "./options.ts";
import { describeEpoch } from "./progress.ts";
import { checkPlaces, epochSaver, isSaved, placesFor, saveTrained } from "./save.ts";
import { readData } from "./table.ts";

/** `gradc train`. */
export async function train(path: string, options: TrainOptions, terminal: Terminal): Promise<void> {
  const table = await readCsv(options.data);
  const trainable = await trainableNet(path, options);
  const { net, warnings } = trainable;
  for (const warning of warnings) terminal.note(`warning: ${warning}`);
  const places = await placesFor(path, trainable, options);
  const done = options.resume ? await resume(trainable, places.checkpoint, terminal) : 0;
  const data = readData(table, net, options, terminal);
  await checkPlaces(trainable, places, options);
  const next = `\nnext: gradc predict ${join(places.folder, `${net.manifest.name}.trained.wasm`)} --data ${options.data}`;
  if (done >= options.epochs) {
    // A training that ended after its last epoch may lack its files.
    if (await isSaved(trainable, places)) throw nothingToTrain(places.checkpoint, done);
    await saveTrained(trainable, places, terminal);
    return terminal.out(next);
  }
  if (options.lr !== undefined) net.setHyper({ lr: options.lr });

  const save = epochSaver(trainable, places, options, terminal);
  const { signal, release } = terminal.interrupts();
  try {
    const run = { ...options, firstEpoch: done + 1, rows: table.rows.length, signal };
    const { last, isInterrupted } = await runEpochs(net, data, run, save, terminal);
    if (!isInterrupted && last) terminal.out(`\ntrained: ${describeEpoch(last)}`);
    await save(last ?? { epoch: done });
    await saveTrained(trainable, places, terminal);
    if (isInterrupted) throw interrupted(last?.epoch ?? done, options.epochs);
  } finally {
    release();
  }
  terminal.out(next);
}
