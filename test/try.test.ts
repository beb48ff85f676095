import { test } from "vitest";
import { compile } from "gradc/compiler";
import { load, fit } from "gradc/runtime";
import { optim } from "gradc";
test("try", async () => {
  const t0 = performance.now();
  const built = await compile(new URL("../examples/housing/housing.model.ts", import.meta.url), { batch: 32, optimizer: optim.sgd({ lr: 0.02, momentum: 0.9 }) });
  console.log("compile ms", performance.now() - t0, built.wasm.length, built.manifest.bytes);
  console.log(built.formulas);
  console.log(built.kernels.join("\n"));
  const net = await load(built, { seed: 1 });
  const x = Array.from({ length: 100 }, (_, i) => Array.from({ length: 12 }, (_, j) => Math.sin(i * 13 + j * 7)));
  const y = x.map((r) => [r[0]! * 3 + r[1]!]);
  const h = await fit(net, { x, y } as any, { epochs: 50 });
  console.log(h.epochs[0], h.epochs[49]);
}, 60000);
