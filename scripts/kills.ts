// Kills trainings at random moments and lets them go on from their checkpoints: `npm run kills`, or `npm run kills -- 200`. Some are programs of
// `fit` with a data loader and workers, of another number each time, others `gradc train` on a table, and on arrays by workers.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commanded, ofArrays, ofTable } from "../test/checkpoint/kills/commanded.ts";
import { fitted } from "../test/checkpoint/kills/fitted.ts";
import { killTrainings, type Subject } from "../test/checkpoint/kills/kills.ts";
import { commandScript, nodeScript } from "../test/support/node-script.ts";

const { positionals } = parseArgs({ allowPositionals: true });
const count = Number(positionals[0] ?? 50);
const folder = await mkdtemp(join(tmpdir(), "gradc-kills-"));
let faults = 0;
const workers = () => Math.floor(Math.random() * 4);

async function kill(name: string, subject: Subject, most: number): Promise<void> {
  const { kills, ended, others, unopened, amid, left } = await killTrainings(join(folder, name), subject, count, most);
  console.log(`${name}: ${kills} kills, ${amid} of them amid a save; ${unopened.length} checkpoints did not open`);
  for (const names of unopened) console.log(`  did not open: ${names}`);
  console.log(`  ${ended} trainings ended, ${others} with other rows or weights than one that nobody stopped; ${left.length} files left over`);
  faults += others + unopened.length + left.length;
}

const program = await nodeScript("kills-fit", "./test/checkpoint/kills/training.ts");
const command = await commandScript("kills-command");
await kill("fit", await fitted(folder, program.script, 400, workers), 300);
await kill("gradc train", await commanded(folder, command.script, 400, await ofTable(folder)), 300);
await kill("gradc train --augment", await commanded(folder, command.script, 60, await ofArrays(folder, workers)), 300);
await Promise.all([program.remove(), command.remove(), rm(folder, { recursive: true })]);
process.exitCode = faults === 0 ? 0 : 1;
