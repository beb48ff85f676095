import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decode } from "../../../runtime/checkpoint/safetensors.ts";
import { load } from "../../../runtime/index.ts";
import { command } from "../../support/command.ts";

// Three flowers in a plane, well apart: one line a flower, `species` a text.
const flowers = Array.from({ length: 60 }, (_, i) => {
  const [species, x, y] = [
    ["setosa", 1, 5],
    ["virginica", 7, 2],
    ["iris, blue", 4, 9],
  ][i % 3] as [string, number, number];
  return `"${species}",${x + ((i * 7) % 5) / 10},${y + ((i * 3) % 7) / 10}`;
});
const table = `species,length,width\n${flowers.join("\n")}\n`;

const classifier = `import { f32, i32, losses, model, nn } from "gradc";

export default model("flower", { x: f32("batch", 2), kind: i32("batch") }, ({ x, kind }) => {
  const logits = nn.linear(nn.tanh(nn.linear(x, 8)), 3);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, kind) };
});

export const mapping = model("mapping", { x: f32("batch", 2) }, ({ x }) => ({ outputs: { y: nn.linear(x, 1) } }));
`;

let folder: string;
let definition: string;
let data: string;
const at = (...parts: string[]) => join(folder, ...parts);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-cli-"));
  definition = at("flower.model.ts");
  data = at("flowers.csv");
  await writeFile(definition, classifier);
  await writeFile(data, table);
});

afterAll(() => rm(folder, { recursive: true }));

describe("build", () => {
  test("leaves module, JavaScript and types in out/ beside the model, and nothing else", async () => {
    const { code, out } = await command("build", definition);
    expect(code).toBe(0);
    expect((await readdir(at("out"))).sort()).toEqual(["flower.d.ts", "flower.js", "flower.wasm"]);
    expect(out).toMatch(/memory at run time: [\d,]+ bytes/);
    expect((await load(at("out", "flower.wasm"))).manifest.optimizer).toBe("adam");
  });

  test("options: folder, export, batch, optimizer, frozen parameters, more files", async () => {
    const args = ["--batch", "5", "--optimizer", "sgd", "--freeze", "*.bias", "--strip", "--emit", "wat,formulas,ir"];
    expect((await command("build", definition, "-o", at("b"), ...args)).code).toBe(0);
    expect((await readdir(at("b"))).sort()).toEqual([
      "flower.d.ts",
      "flower.formulas.txt",
      "flower.ir.txt",
      "flower.js",
      "flower.wasm",
      "flower.wat",
    ]);
    const { manifest, parameters } = await load(at("b", "flower.wasm"));
    expect(manifest).toMatchObject({ optimizer: "sgd", capacity: { batch: 5 } });
    expect([...parameters].filter(([, { trainable }]) => trainable).map(([name]) => name.split(".").at(-1))).toEqual(["weight", "weight"]);
    const stripped = await command("inspect", at("b", "flower.wasm"));
    expect(stripped.notes).toContain("stripped");
  });

  test("a model without a loss is built without an optimizer, unless one is asked for", async () => {
    expect((await command("build", definition, "--model", "mapping", "-o", at("m"))).code).toBe(0);
    expect((await load(at("m", "mapping.wasm"))).manifest.entries.map(({ name }) => name)).toEqual(["init", "predict"]);
    const refused = await command("build", definition, "--model", "mapping", "-o", at("n"), "--optimizer", "adam");
    expect(refused.code).toBe(1);
    expect(refused.notes).toContain("loss");
  });

  test("an unwritable folder is an error that names the file", async () => {
    await writeFile(at("file"), "");
    const { code, notes } = await command("build", definition, "-o", at("file", "out"));
    expect(code).toBe(1);
    expect(notes).toContain("Cannot write");
  });
});

describe("inspect", () => {
  test("a definition and its module read the same", async () => {
    await command("build", definition, "-o", at("i"));
    const [source, module] = [await command("inspect", definition), await command("inspect", at("i", "flower.wasm"))];
    expect(source.out).toContain("Forward");
    expect(source.out).toContain("∂loss/∂W_logits");
    expect(module.out).toBe(source.out);
  });

  test("--wrt, --format", async () => {
    const { out } = await command("inspect", definition, "--wrt", "x", "--format", "latex");
    expect(out).toContain("\\partial");
    expect(out).not.toContain("Forward");
    const json = JSON.parse((await command("inspect", definition, "--format", "json")).out);
    expect(Object.keys(json)).toEqual(["forward", "gradients", "updates"]);
  });

  test("--memory and --kernels", async () => {
    const memory = await command("inspect", definition, "--memory");
    expect(memory.out).toMatch(/logits\.1\.weight +parameter +f32\[8, 3\] +\d+/);
    const kernels = await command("inspect", definition, "--kernels");
    expect(kernels.out).toContain("parallel");
    const module = await command("inspect", at("i", "flower.wasm"), "--kernels");
    expect(module).toMatchObject({ code: 1, notes: expect.stringContaining("inspect the definition") });
  });
});

describe("train, predict, pack", () => {
  const lr = ["--optimizer", "sgd", "--lr", "0.3", "--epochs", "40"];

  test("classes get their names back", async () => {
    const trained = await command("train", definition, "--data", data, "--target", "species", "-o", at("t"), "--validation", "0.2", ...lr);
    expect(trained.notes).not.toContain("error");
    expect(trained.code).toBe(0);
    expect(trained.out).toContain("classes of species: 0 iris, blue, 1 setosa, 2 virginica");
    expect(trained.out).toMatch(/trained: loss 0\.\d+ {2}held-out loss 0\.\d+/);
    expect((await readdir(at("t"))).sort()).toEqual(["flower.d.ts", "flower.js", "flower.safetensors", "flower.trained.wasm", "flower.wasm"]);

    const shuffled = at("shuffled.csv");
    await writeFile(shuffled, "note,width,length\nhello,5.2,1.1\n,9,4\n,2,7\n");
    const { code, out } = await command("predict", at("t", "flower.trained.wasm"), "--data", shuffled);
    expect(code).toBe(0);
    const [header, ...rows] = out.split("\n");
    expect(header).toBe('"logits.iris, blue",logits.setosa,logits.virginica,species');
    expect(rows.map((row) => row.split(",").slice(3).join())).toEqual(["setosa", '"iris, blue"', "virginica"]);
  });

  test("weights in a file of their own, and packed", async () => {
    const [module, weights] = [at("t", "flower.wasm"), at("t", "flower.safetensors")];
    const plain = await command("predict", module, "--data", data, "--weights", weights);
    const packed = at("p", "packed.wasm");
    expect((await command("pack", module, weights, "-o", packed)).code).toBe(0);
    expect(new Uint8Array(await readFile(packed))).toEqual(new Uint8Array(await readFile(at("t", "flower.trained.wasm"))));
    await command("predict", packed, "--data", data, "-o", at("p", "out.csv"));
    expect(readFileSync(at("p", "out.csv"), "utf8")).toBe(`${plain.out}\n`);
    expect((await command("predict", module, "--data", data)).notes).toContain("no trained weights");
  });

  test("a module trains as its definition does; what is compiled in cannot be changed", async () => {
    const again = await command(
      "train",
      at("t", "flower.wasm"),
      "--data",
      data,
      "--target",
      "species",
      "-o",
      at("w"),
      "--validation",
      "0.2",
      "--lr",
      "0.3",
      "--epochs",
      "40",
    );
    expect(again.code).toBe(0);
    const tensors = async (path: string) => decode(new Uint8Array(await readFile(path))).tensors;
    expect(await tensors(at("w", "flower.safetensors"))).toEqual(await tensors(at("t", "flower.safetensors")));
    const args = ["train", at("t", "flower.wasm"), "--data", data, "--target", "species", "-o", at("v")];
    expect((await command(...args, "--optimizer", "adam")).notes).toContain("gradc build <model.ts> --optimizer adam");
    expect((await command(...args, "--batch", "500")).notes).toContain("gradc build <model.ts> --batch 500");
  });

  test("inputs that are not scaled are warned about, with the line to add", async () => {
    const wide = at("wide.csv");
    await writeFile(wide, "species,length,width\na,1000,1\nb,2000,2\na,3000,1\nb,2500,1\n");
    const { notes } = await command("train", definition, "--data", wide, "--target", "species", "-o", at("s"), "--epochs", "1", "--lr", "1e-9");
    expect(notes).toContain('"length" has mean 2.13e+3, deviation 740');
    expect(notes).not.toContain('"width" has');
    expect(notes).toContain("nn.standardize(x)");
  });

  test("mistakes in the table name file, line and column", async () => {
    const bad = at("bad.csv");
    await writeFile(bad, "species,length,width\na,1,1\nb,two,2\n");
    const { code, notes } = await command("train", definition, "--data", bad, "--target", "species", "-o", at("x"));
    expect(code).toBe(1);
    expect(notes).toContain(`"two" is not a number\n  at ${bad}:3, column "length"`);
    expect((await command("train", definition, "--data", data, "-o", at("x"))).notes).toContain("--target COL");
    expect((await command("train", definition, "--data", data, "--target", "specie")).notes).toContain('the nearest is "species"');
    expect((await command("train", definition, "--data", at("none.csv"), "--target", "species")).notes).toContain("Cannot read");
    expect((await command("predict", at("t", "flower.trained.wasm"), "--data", bad)).code).toBe(1);
  });
});

describe("check", () => {
  test("gradients and module agree for what is smooth", async () => {
    const { code, out, notes } = await command("check", definition);
    expect(notes).toBe("");
    expect(code).toBe(0);
    expect(out).toMatch(/∂loss\/∂logits\.weight +finite differences/);
    expect(out).toMatch(/logits +interpreter/);
  });

  test("a derivative that is not the function's is found", async () => {
    await mkdir(at("wrong"));
    const wrong = at("wrong", "wrong.model.ts");
    // The gradient stops where the value does not.
    await writeFile(
      wrong,
      `import { f32, losses, model, nn, ops, stopGradient } from "gradc";
export default model("wrong", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: losses.mse(ops.add(out, stopGradient(out)), y) };
});
`,
    );
    const { code, notes } = await command("check", wrong);
    expect(code).toBe(1);
    expect(notes).toContain("∂loss/∂out.weight against finite differences");
    expect(notes).not.toContain("interpreter");
  });
});
