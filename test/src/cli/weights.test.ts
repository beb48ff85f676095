import { copyFile, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { readSafetensors, readTorch, writeSafetensors } from "../../../checkpoint/index.ts";
import { golden } from "../../checkpoint/golden.ts";
import { command } from "../../support/command.ts";
import { flowerFolder } from "./flowers.ts";

const { at } = flowerFolder();
const torch = fileURLToPath(new URL("../../golden/checkpoint/mlp.pt", import.meta.url));
const definition = () => at("net.model.ts");
const module = () => at("out", "net.wasm");
const rename = ["--rename", "0=hidden,2=price"];

beforeAll(async () => {
  const body =
    "{ const hidden = nn.tanh(nn.linear(x, 3)); const price = nn.linear(hidden, 2); return { outputs: { price }, loss: losses.mse(price, y) }; }";
  await writeFile(
    definition(),
    `import { f32, losses, model, nn } from "gradc";\nexport default model("net", { x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => ${body});\n`,
  );
  const { x = [], y = [] } = golden.modules.mlp ?? {};
  await writeFile(at("two.csv"), `x.0,x.1,x.2\n${x.slice(0, 3)}\n${x.slice(3, 6)}\n`);
  expect(y).toHaveLength(4);
  await command("build", definition());
});

test("from PyTorch into a definition or a module, and predictions without a warning", async () => {
  const { code, out, notes } = await command("weights", "import", definition(), torch, ...rename);
  expect([code, notes]).toEqual([0, `4 tensors of ${torch}`]);
  expect(out).toMatch(/net\.safetensors {2}\d+ bytes$/);
  expect((await command("weights", "import", module(), torch, ...rename, "-o", at("w.safetensors"))).code).toBe(0);
  for (const weights of [at("out", "net.safetensors"), at("w.safetensors")]) {
    const predicted = await command("predict", module(), "--weights", weights, "--data", at("two.csv"));
    expect(predicted.notes).toBe("");
    const values = predicted.out.split("\n").slice(1).join().split(",").map(Number);
    for (const [i, value] of (golden.modules.mlp?.y ?? []).entries()) expect(values[i]).toBeCloseTo(value, 5);
  }
  await command("pack", module(), at("w.safetensors"), "-o", at("packed.wasm"));
  expect((await command("predict", at("packed.wasm"), "--data", at("two.csv"))).notes).toBe("");
});

test("and back, with the names of the net", async () => {
  await command("weights", "import", module(), torch, ...rename, "-o", at("w.safetensors"));
  expect((await command("weights", "export", module(), "--weights", at("w.safetensors"), "-o", at("back.safetensors"))).notes).toBe("");
  const file = readSafetensors(await readFile(at("back.safetensors")));
  expect(file.metadata).toEqual(new Map([["format", "pt"]]));
  const original = readTorch(await readFile(torch)).tensors;
  const renamed = [...original].map(([name, tensor]) => [name.replace(/^0/, "hidden").replace(/^2/, "price"), tensor] as const);
  expect(new Map([...file.tensors].sort())).toEqual(new Map(renamed.sort()));
  expect((await command("weights", "import", module(), at("back.safetensors"), "-o", at("again.safetensors"))).code).toBe(0);
});

test("tensors that are left out, and fronts that are dropped", async () => {
  const { tensors } = readTorch(await readFile(torch));
  const more = new Map([...tensors].map(([name, tensor]) => [`state.${name}`, tensor]));
  more.set("optimizer.0", { dtype: "F32", shape: [], data: Float32Array.of(1) });
  await writeFile(at("more.safetensors"), writeSafetensors({ tensors: more }));
  const flags = ["--ignore", "optimizer.*", "--rename", "state.0=hidden", "--rename", "state.2=price"];
  expect((await command("weights", "import", module(), at("more.safetensors"), ...flags, "-o", at("m.safetensors"))).notes).toMatch(/^4 tensors/);
});

test("mistakes", async () => {
  const notes = async (...args: string[]) => {
    const { code, notes: text } = await command("weights", ...args);
    expect(code).toBe(1);
    return text;
  };
  expect(await notes("import", module(), torch)).toContain('"hidden.weight" [3, 3] is in the net, and not in the file, the nearest is "0.weight"');
  expect(await notes("import", module(), torch)).toContain(`at ${torch}`);
  expect(await notes("import", module(), at("none.pt"))).toContain("there is no such file");
  expect(await notes("import", module(), at("two.csv"))).toContain("Bad weights: its header of");
  expect(await notes("import", module(), torch, "--rename", "0")).toContain("It must look like OLD=NEW,..");
  await copyFile(torch, at("own.pt"));
  expect(await notes("import", module(), at("own.pt"), ...rename, "-o", at("own.pt"))).toContain("the file of PyTorch");
  expect(await notes("export", module(), "-o", at("x.pt"))).toContain("weights are written as safetensors");
  expect(await notes("export", module())).toContain("required option '-o, --out <file>'");
  expect(await notes("imprt")).toContain("(Did you mean import?)");
  const { code, notes: warned } = await command("weights", "export", module(), "-o", at("fresh.safetensors"));
  expect([code, warned]).toEqual([0, expect.stringContaining("no trained weights")]);
});
