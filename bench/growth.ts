// How compile time and module grow with a net's depth, width and number of time steps.
import { gzipSync } from "node:zlib";
import { f32, losses, type Model, model, nn, ops, optim, type Tensor } from "gradc";
import { compile } from "gradc/compiler";
import { median } from "./measure.ts";

const RUNS = 3;

function dense(depth: number, width: number): Model {
  return model("dense", { x: f32("batch", width), y: f32("batch", width) }, ({ x, y }) => {
    const out = Array.from({ length: depth }).reduce((value: Tensor) => nn.tanh(nn.linear(value, width)), x);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });
}

function recurrent(length: number): Model {
  return model("recurrent", { x: f32("batch", length, 16), y: f32("batch", length, 16) }, ({ x, y }) => {
    const { output } = nn.gru(x, 16);
    return { outputs: { out: ops.mul(output, 1) }, loss: losses.mse(output, y) };
  });
}

const cases: readonly (readonly [about: string, network: Model])[] = [
  ...[4, 16, 64, 256].map((depth) => [`${depth} tanh layers of 32`, dense(depth, 32)] as const),
  ...[8, 64, 512, 2048].map((width) => [`2 tanh layers of ${width}`, dense(2, width)] as const),
  ...[8, 64, 512].map((length) => [`GRU of 16 over ${length} steps`, recurrent(length)] as const),
];

async function rowOf([about, network]: (typeof cases)[number]): Promise<readonly string[]> {
  const times: number[] = [];
  let wasm = new Uint8Array();
  for (let run = 0; run <= RUNS; run++) {
    const start = performance.now();
    wasm = Uint8Array.from((await compile(network, { batch: 32, optimizer: optim.adam() })).wasm);
    if (run > 0) times.push(performance.now() - start);
  }
  return [about, `${median(times).toFixed(0)} ms`, (wasm.length / 1000).toFixed(1), (gzipSync(wasm, { level: 9 }).length / 1000).toFixed(1)];
}

/** A table of nets that grow in one way each. */
export async function growth(): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [["net, with Adam", `compile, warm, median of ${RUNS}`, "module, kB", "gzip, kB"]];
  for (const one of cases) rows.push(await rowOf(one));
  return rows;
}
