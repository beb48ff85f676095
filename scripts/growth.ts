// Counts what `compile` does for a network and for one that is twice as deep: `npm run growth`, by file, for each kind of network; `--json` for tests.
// Counted are the blocks of code that run, as the engine counts them for coverage, and the steps of its own loops over arrays, maps and sets:
// the same numbers on any machine, and no line of the compiler is there for it.
import { Session } from "node:inspector/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import type { Deep } from "../test/growth/networks.ts";

const { values: options } = parseArgs({ options: { json: { type: "boolean" }, depth: { type: "string", default: "24" } } });
// Counts are lost where the engine compiles anew what runs often, forgets what has not run for a while, or counts from the eighth call on only.
for (const flag of ["opt", "maglev", "sparkplug", "flush-bytecode", "lazy-feedback-allocation"]) setFlagsFromString(`--no-${flag}`);
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

// Only what is loaded from here on is counted by block.
const { compile } = await import("gradc/compiler");
const { optim } = await import("gradc");
const { deep } = await import("../test/growth/networks.ts");

const root = new URL("..", import.meta.url).href;
let steps = 0;

/** Makes the engine count the steps of `iterator`, and of all that are made as it was. */
function countSteps(iterator: Iterator<unknown>): void {
  const prototype = Object.getPrototypeOf(iterator) as Iterator<unknown>;
  const { next } = prototype;
  prototype.next = function (this: Iterator<unknown>) {
    steps++;
    return next.call(this);
  };
}

/** Makes `method` of arrays count the elements that it may look at. */
function countElements(method: "includes" | "indexOf" | "slice" | "splice" | "concat" | "shift" | "unshift"): void {
  const original = Array.prototype[method] as (...given: unknown[]) => unknown;
  Object.defineProperty(Array.prototype, method, {
    value(this: unknown[], ...given: unknown[]) {
      steps += this.length;
      return original.apply(this, given);
    },
  });
}

for (const values of [[], new Map(), new Set()]) countSteps(values[Symbol.iterator]());
for (const method of ["includes", "indexOf", "slice", "splice", "concat", "shift", "unshift"] as const) countElements(method);

/** How often blocks of each file ran since the last call; the engine's own loops are counted as `(steps)`. */
async function taken(): Promise<Map<string, number>> {
  const known = steps;
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const counts = new Map([["(steps)", known]]);
  for (const { url, functions } of result) {
    const file = url.slice(root.length);
    if (!url.startsWith(root) || !/^(compiler|src)\//.test(file)) continue;
    const blocks = functions.flatMap(({ ranges }) => ranges.map(({ count }) => count));
    counts.set(file, (counts.get(file) ?? 0) + blocks.reduce((sum, count) => sum + count, 0));
  }
  steps = 0;
  return counts;
}

async function counted(kind: Deep, depth: number): Promise<Map<string, number>> {
  await taken();
  const built = await compile(deep[kind](depth), { optimizer: optim.adam(), batch: 8 });
  // Formulas are left out: each says all that it depends on, so that their text itself grows with the square of the depth.
  for (const text of ["kernels", "graph", "memory"] as const) void built[text];
  return taken();
}

const depth = Number(options.depth);
const report: Record<string, Record<string, [number, number]>> = {};
for (const kind of Object.keys(deep) as Deep[]) {
  await counted(kind, 2);
  const [once, twice] = [await counted(kind, depth), await counted(kind, 2 * depth)];
  report[kind] = Object.fromEntries([...twice].map(([file, count]) => [file, [once.get(file) ?? 0, count]]));
}

if (options.json) console.log(JSON.stringify(report));
else {
  for (const [kind, files] of Object.entries(report)) {
    console.log(`${kind}, ${depth} and ${2 * depth} layers`);
    for (const [file, [once, twice]] of Object.entries(files)
      .sort(([, a], [, b]) => b[1] - a[1])
      .slice(0, 25)) {
      console.log(`  ${file.padEnd(45)} ${String(once).padStart(9)} ${String(twice).padStart(9)}  x ${(twice / once).toFixed(2)}`);
    }
  }
}
