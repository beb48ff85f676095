// What W2 costs beside its steps: download, the first step of a fresh process, compiling, memory.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { compile } from "gradc/compiler";
import { median, type Outcome } from "./measure.ts";
import { modelOf, optionsOf } from "./peers/gradc.ts";
import { taskOf } from "./workloads/data.ts";
import type { Workload } from "./workloads/table.ts";

const RUNS = 7;

/** Compilations before those that count as warm: V8 optimises until about then. */
const WARMUPS = 10;

/** The runtime's `load` in one file: for a page, or for Node. */
async function runtime(entry: string, platform: "browser" | "node"): Promise<string> {
  const path = fileURLToPath(new URL(`../runtime/${entry}`, import.meta.url));
  const stdin = { contents: `export { load } from ${JSON.stringify(path)}`, resolveDir: fileURLToPath(new URL(".", import.meta.url)) };
  const standalone = fileURLToPath(new URL("../runtime/standalone.ts", import.meta.url));
  const options = { bundle: true, minify: true, write: false, format: "esm", platform, alias: { "#standalone": standalone } } as const;
  return (await build({ stdin, ...options })).outputFiles[0]?.text ?? "";
}

/** The most memory that a process has had, in kB; what `resourceUsage` gives counts that of the process which started it. */
const peakMemory = `const resident = Number(/VmHWM:\\s*(\\d+)/.exec((await import("node:fs")).readFileSync("/proc/self/status", "utf8"))[1]);`;

const first = (batch: number) => `
const start = performance.now();
const { load } = await import("./runtime.mjs");
const net = await load(new URL("w2.wasm", import.meta.url));
net.step({ x: new Float32Array(${batch * 784}).fill(0.5), y: new Int32Array(${batch}) });
const took = performance.now() - start;
${peakMemory}
console.log(JSON.stringify([took, resident]));`;

/** Milliseconds from the import of the runtime to the end of the first step, and the most memory in kB, in processes of their own. */
async function coldStart(wasm: Uint8Array, batch: number): Promise<readonly [took: number, resident: number]> {
  const folder = await mkdtemp(join(tmpdir(), "gradc-bench-"));
  const script = join(folder, "first.mjs");
  await writeFile(join(folder, "runtime.mjs"), await runtime("index.node.ts", "node"));
  await writeFile(join(folder, "w2.wasm"), wasm);
  await writeFile(script, first(batch));
  const figures = Array.from({ length: RUNS }, () => JSON.parse(execFileSync(process.execPath, [script], { encoding: "utf8" })) as number[]);
  await rm(folder, { recursive: true });
  return [0, 1].map((i) => median(figures.map((of) => of[i] as number))) as [number, number];
}

async function compiled(workload: Workload, strip = false) {
  const task = taskOf(workload);
  const network = modelOf(task);
  const start = performance.now();
  const { wasm, manifest } = await compile(network, { ...optionsOf(task), strip });
  return { wasm, memory: manifest.bytes, took: performance.now() - start };
}

const mega = (kilobytes: number) => `${(kilobytes / 1000).toFixed(0)} MB`;
const kilo = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

async function row(workload: Workload): Promise<readonly string[]> {
  const { wasm, memory, took } = await compiled(workload);
  return [`${workload.name}: compile, module (gzip), memory`, `${took.toFixed(0)} ms, ${kilo(wasm.length)} (${kilo(gzip(wasm))}), ${kilo(memory)}`];
}

const gzip = (data: Uint8Array | string) => gzipSync(data, { level: 9 }).length;

async function ofW2(workload: Workload): Promise<readonly (readonly string[])[]> {
  const { took } = await compiled(workload);
  const { wasm } = await compiled(workload, true);
  for (let run = 0; run < WARMUPS; run++) await compiled(workload);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push((await compiled(workload)).took);
  const page = gzip(await runtime("index.ts", "browser"));
  const [cold, resident] = await coldStart(wasm, workload.input[0] ?? 1);
  const bare = Number(execFileSync(process.execPath, ["--input-type=module", "-e", `${peakMemory} console.log(resident);`], { encoding: "utf8" }));
  return [
    ["W2: download, gzip: `load` and the module, stripped", `${kilo(page)} + ${kilo(gzip(wasm))} = ${kilo(page + gzip(wasm))}`],
    [
      `W2: runtime imported, module loaded and first step in a fresh process of Node ${process.versions.node}, median of ${RUNS}`,
      `${cold.toFixed(1)} ms`,
    ],
    ["W2: the most memory of that process; of Node alone", `${mega(resident)}; ${mega(bare)}`],
    [
      `W2: compile, the first of a process; warm, median of ${RUNS} behind ${WARMUPS + 2} others`,
      `${took.toFixed(0)} ms; ${median(times).toFixed(0)} ms`,
    ],
  ];
}

/** The most memory of the process of each peer, which for ours compiles as well. */
const residents = ({ workload, timed }: Outcome): readonly string[] => [
  `${workload.name}: the most memory of a peer's process`,
  timed.map(({ peer, resident }) => `${peer} ${mega(resident)}`).join(", "),
];

/** A table: W2's figures, memory of peers, then the compile (warm), module and memory of each workload. */
export async function costs(outcomes: readonly Outcome[]): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [["what", "figure"]];
  for (const { workload } of outcomes.filter(({ workload: { name } }) => name === "W2")) rows.push(...(await ofW2(workload)));
  for (const outcome of outcomes.filter(({ workload: { name } }) => ["W2", "W3", "W4"].includes(name))) rows.push(residents(outcome));
  for (const { workload } of outcomes) rows.push(await row(workload));
  return rows;
}
