import { apply, axis, buffer, compileKernel, f32, kernel, load, loop, numbers, store } from "../test/compiler/wasm/harness.ts";

const n = 2048;
for (const tile of [1, 2])
  for (const op of ["maximum", "exp", "log", "tanh", "sigmoid", "erf", "log1p", "expm1", "softplus", "sin", "pow"] as const) {
    const i = axis("i", n),
      x = buffer("x", [n]),
      y = buffer("y", [n], "f32", "result");
    const e = op === "maximum" || op === "pow" ? apply(op, [load(x, i), f32(op === "pow" ? 1.7 : 0)]) : apply(op, [load(x, i)]);
    const c = await compileKernel(kernel(loop(i, "parallel", store(y, [i], e))), [[i, { vector: true, tile }]]);
    const inst = await WebAssembly.instantiate(await WebAssembly.compile(c.bytes));
    new Float32Array((inst.exports.memory as any).buffer).set(
      numbers(n).map((v) => (op === "log" || op === "pow" || op == "log1p" ? Math.abs(v) * 3 : v * 5)),
      0,
    );
    const run = inst.exports.run as any;
    for (let t = 0; t < 2000; t++) run();
    const ts = [];
    for (let q = 0; q < 15; q++) {
      const t0 = performance.now();
      for (let t = 0; t < 500; t++) run();
      ts.push((performance.now() - t0) / 500);
    }
    ts.sort((a, b) => a - b);
    console.log(tile, op, (n / ts[3]! / 1e6).toFixed(2), "el/ns", c.bytes.length + "B");
  }
