// What W2 costs beside its steps: download, the first step of a fresh process, compiling, memory.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { compile } from "gradc/compiler";
import { median } from "./measure.ts";
import { modelOf, optionsOf } from "./peers/gradc.ts";
import { taskOf } from "./workloads/data.ts";
import type { Workload } from "./workloads/table.ts";

const RUNS = 7;

/** The runtime's `load` in one file: for a page, or for Node. */
async function runtime(entry: string, platform: "browser" | "node"): Promise<string> {
  const path = fileURLToPath(new URL(`../runtime/${entry}`, import.meta.url));
  const stdin = { contents: `export { load } from ${JSON.stringify(path)}`, resolveDir: fileURLToPath(new URL(".", import.meta.url)) };
  const standalone = fileURLToPath(new URL("../runtime/standalone.ts", import.meta.url));
  const options = { bundle: true, minify: true, write: false, format: "esm", platform, alias: { "#standalone": standalone } } as const;
  return (await build({ stdin, ...options })).outputFiles[0]?.text ?? "";
}

const first = (batch: number) => `
const start = performance.now();
const { load } = await import("./runtime.mjs");
const net = await load(new URL("w2.wasm", import.meta.url));
net.step({ x: new Float32Array(${batch * 784}).fill(0.5), y: new Int32Array(${batch}) });
console.log(performance.now() - start);`;

/** Milliseconds from the import of the runtime to the end of the first step, in processes of their own. */
async function coldStart(wasm: Uint8Array, batch: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "gradc-bench-"));
  const script = join(folder, "first.mjs");
  await writeFile(join(folder, "runtime.mjs"), await runtime("index.node.ts", "node"));
  await writeFile(join(folder, "w2.wasm"), wasm);
  await writeFile(script, first(batch));
  const times = Array.from({ length: RUNS }, () => Number(execFileSync(process.execPath, [script], { encoding: "utf8" })));
  await rm(folder, { recursive: true });
  return median(times);
}

async function compiled(workload: Workload) {
  const task = taskOf(workload);
  const network = modelOf(task);
  const start = performance.now();
  const { wasm, manifest } = await compile(network, optionsOf(task));
  return { wasm, memory: manifest.bytes, took: performance.now() - start };
}

const kilo = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

async function row(workload: Workload): Promise<readonly string[]> {
  const { wasm, memory, took } = await compiled(workload);
  return [`${workload.name}: compile, module (gzip), memory`, `${took.toFixed(0)} ms, ${kilo(wasm.length)} (${kilo(gzip(wasm))}), ${kilo(memory)}`];
}

const gzip = (data: Uint8Array | string) => gzipSync(data, { level: 9 }).length;

async function ofW2(workload: Workload): Promise<readonly (readonly string[])[]> {
  const { wasm, took } = await compiled(workload);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push((await compiled(workload)).took);
  const page = gzip(await runtime("index.ts", "browser"));
  const cold = await coldStart(wasm, workload.input[0] ?? 1);
  return [
    ["W2: download, gzip: `load` and the module", `${kilo(page)} + ${kilo(gzip(wasm))} = ${kilo(page + gzip(wasm))}`],
    [
      `W2: runtime imported, module loaded and first step in a fresh process of Node ${process.versions.node}, median of ${RUNS}`,
      `${cold.toFixed(1)} ms`,
    ],
    [`W2: compile, the first of a process; warm, median of ${RUNS}`, `${took.toFixed(0)} ms; ${median(times).toFixed(0)} ms`],
  ];
}

/** A table: W2's figures, then the compile (warm), module and memory of each workload. */
export async function costs(chosen: readonly Workload[]): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [["what", "figure"]];
  for (const workload of chosen.filter(({ name }) => name === "W2")) rows.push(...(await ofW2(workload)));
  for (const workload of chosen) rows.push(await row(workload));
  return rows;
}
