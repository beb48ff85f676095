// Kills trainings with kill -9 at random moments and lets them go on from their checkpoints: `npm run kills`, or `npm run kills -- 200`.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { killTrainings } from "../test/checkpoint/kills/kills.ts";

const { positionals } = parseArgs({ allowPositionals: true });
const folder = await mkdtemp(join(tmpdir(), "gradc-kills-"));
const { kills, ended, others, unopened, amid, left } = await killTrainings(folder, Number(positionals[0] ?? 50), 400);
await rm(folder, { recursive: true });
console.log(`${kills} kills, ${amid} of them amid a save; ${unopened.length} checkpoints did not open`);
for (const names of unopened) console.log(`  did not open: ${names}`);
console.log(`${ended} trainings ended, ${others} with other rows or weights than one that nobody stopped; ${left.length} files left over`);
process.exitCode = others + unopened.length + left.length === 0 ? 0 : 1;
