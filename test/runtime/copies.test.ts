import { expect, test } from "vitest";
import { fit, load } from "../../runtime/index.ts";
import { compile } from "../../src/compile.ts";
import { f32, losses, model, nn } from "../../src/index.ts";
import { sgd } from "../../src/optim/index.ts";
import { bundle } from "../engines/bundle.ts";

test("a net that one copy of the runtime loaded is trained by another, and errors are told by their code", async () => {
  const declared = model("copies", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
    const z = nn.linear(x, 1);
    return { outputs: { z }, loss: losses.mse(z, y) };
  });
  const { wasm } = await compile(declared, { batch: 2, optimizer: sgd({ lr: 0.1 }) });
  const { code } = await bundle({ entryPoints: ["./runtime/index.ts"] });
  const other: { readonly fit: typeof fit } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
  const rows = { x: [1, 2, 3, 4], y: [1, 2] };
  const [here, there] = [await load(wasm, { seed: 1 }), await load(wasm, { seed: 1 })];
  expect(await other.fit(there, rows, { epochs: 3 })).toEqual(await fit(here, rows, { epochs: 3 }));
  expect(there.state()).toEqual(here.state());
  await expect(other.fit(there, { ...rows, y: [1] }, { epochs: 1 })).rejects.toMatchObject({ code: "unequal-rows" });
  await expect(fit({} as typeof here, rows, { epochs: 1 })).rejects.toMatchObject({ code: "bad-option" });
});
