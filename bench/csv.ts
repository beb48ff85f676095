// How fast rows of a CSV file that is read part by part become batches, beside csv-parse alone, and how much memory a training on them takes:
// node --import ./scripts/typescript.js bench/csv.ts [MEGABYTES]
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse";
import { f32, losses, model, nn, optim } from "gradc";
import { compile } from "gradc/compiler";
import { type DataRow, dataLoader, fromCsv } from "gradc/data";
import { fit, load } from "gradc/runtime";

const megabytes = Number(process.argv[2] ?? 200);
const width = 12;
const batchSize = 1024;

/** Numbers from 0 up to 1 (xorshift32, Marsaglia 2003). */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Writes a table of 12 numbers of up to 5 decimals and a target that depends on them. */
async function writeTable(path: string): Promise<number> {
  const random = createRandom();
  const out = createWriteStream(path);
  let bytes = 0;
  const write = async (text: string): Promise<void> => {
    bytes += text.length;
    if (!out.write(text)) await once(out, "drain");
  };
  await write(`${Array.from({ length: width }, (_, at) => `x${at}`).join(",")},y\n`);
  while (bytes < megabytes * 1e6) {
    const lines = Array.from({ length: 1000 }, () => {
      const x = Array.from({ length: width }, (_, at) => (random() * 100).toFixed(at % 6));
      return `${x.join(",")},${(Number(x[0]) + Number(x[1]) / 2).toFixed(2)}\n`;
    });
    await write(lines.join(""));
  }
  out.end();
  await once(out, "finish");
  return bytes;
}

/** The megabytes that are read in a second of processor time. */
async function rate(bytes: number, read: () => Promise<unknown>): Promise<string> {
  const before = process.cpuUsage();
  await read();
  const { user, system } = process.cpuUsage(before);
  return `${(bytes / (user + system)).toFixed(1)} MB a processor second`;
}

async function parseAlone(path: string): Promise<void> {
  for await (const _ of createReadStream(path).pipe(parse({ columns: true })));
}

const names = Array.from({ length: width }, (_, at) => `x${at}`);
const inputsOf = (row: DataRow): DataRow => ({ x: names.map((name) => row[name]), y: row.y });

async function train(path: string): Promise<number> {
  const rows = model("rows", { x: f32("batch", width), y: f32("batch", 1) }, ({ x, y }) => {
    const out = nn.linear(x, 1);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });
  const net = await load(await compile(rows, { batch: batchSize, optimizer: optim.adam() }));
  let heap = 0;
  const onStep = (): void => {
    heap = Math.max(heap, process.memoryUsage().heapUsed);
  };
  await fit(net, dataLoader((await fromCsv(path, { stream: true })).map(inputsOf), { batchSize, shuffle: true, seed: 1 }), { epochs: 1, onStep });
  return heap;
}

const folder = await mkdtemp(join(tmpdir(), "gradc-csv-"));
const path = join(folder, "rows.csv");
try {
  const bytes = await writeTable(path);
  const each = async (source: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of source);
  };
  console.log(`${(bytes / 1e6).toFixed(0)} MB`);
  console.log(`csv-parse alone       ${await rate(bytes, () => parseAlone(path))}`);
  const batches = async () => each(dataLoader(await fromCsv(path, { stream: true }), { batchSize, shuffle: true, seed: 1 }));
  console.log(`batches of columns    ${await rate(bytes, batches)}`);
  let heap = 0;
  console.log(`map, batches, steps   ${await rate(bytes, async () => (heap = await train(path)))}`);
  console.log(`heap of the training  ${(heap / 1e6).toFixed(0)} MB; of the process ${(process.resourceUsage().maxRSS / 1e3).toFixed(0)} MB`);
} finally {
  await rm(folder, { recursive: true });
}
