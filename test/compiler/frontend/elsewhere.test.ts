import { expect, test } from "vitest";
import { elsewhere, insteadOf, written } from "../../../compiler/frontend/elsewhere.ts";
import type { GradcError } from "../../../runtime/error.ts";
import { declareSource } from "../../../src/definition-file.ts";
import * as gradc from "../../../src/index.ts";
import { folderOf } from "./definition.ts";

test.each(Object.keys(elsewhere))("%s exists", (name) => {
  const found = name.split(".").reduce<unknown>((space, part) => (space as Record<string, unknown>)[part], gradc);
  expect(found).toBeTypeOf("function");
});

test("no name leads to two functions", () => {
  const all = Object.values(elsewhere).flat();
  expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([]);
});

test.each([
  ["nn", "dense", "nn.linear"],
  ["nn", "exp", "ops.exp"],
  ["ops", "linear", "nn.linear"],
  ["Ops", "relu", "nn.relu"],
  ["losses", "MSELoss", "losses.mse"],
  ["ops", "expand_dims", "ops.reshape"],
  ["x", "relu", "a tensor has no methods: nn.relu(x)"],
  ["Tensor", "view", "a tensor has no methods: ops.reshape(x)"],
  ["nn", "LeakyReLU", "nn.leakyRelu"],
  ["nn", "swish", "nn.silu"],
  ["x", "tan", "a tensor has no methods: elementwise((v) => Math.tan(v))(x)"],
  ["losses", "SmoothL1Loss", "losses.smoothL1"],
  ["nn", "KLDivLoss", "losses.kl"],
  ["losses", "frobnicate", `losses has ${Object.keys(gradc.losses).join(", ")}`],
  ["x", "frobnicate", undefined],
])("%s.%s: %s", (object, member, instead) => expect(insteadOf(object, member, gradc)).toBe(instead));

test.each(Object.entries(written))("what to write for %s compiles", async (_, formula) => {
  const prepared = "const [p, y, value, mask] = [x, x, 0, ops.compare(x, 0, 'gt')]; const [words, width, index] = [5, 3, ops.argmax(x, { dim: 1 })];";
  const source = `import { elementwise, f32, model, ops, parameter } from "gradc";
export default model("m", { x: f32("batch", 4) }, ({ x }) => { ${prepared} return { outputs: { out: ${formula} } }; });\n`;
  await expect(declareSource(`${folderOf({ "net.js": source })}/net.js`)).resolves.toBeDefined();
});

const body = `{ const a = nn.dense(x, 3); const b = nn.linear(4, 5); return { outputs: { a, b } }; }`;
const text = `import { f32, model, nn } from "gradc";\nexport default model("m", { x: f32("batch", 4) }, ({ x }) => ${body});\n`;

const messageOf = async (file: string): Promise<string> => {
  const refused = declareSource(`${folderOf({ [file]: text })}/${file}`);
  return (
    await refused.then(
      () => expect.unreachable(),
      (error: GradcError) => error,
    )
  ).message;
};

test("TypeScript's problems say what to write", async () => {
  const message = await messageOf("net.model.ts");
  expect(message).toContain("Property 'dense' does not exist on type 'nn'.\n    help: nn.linear\n");
  expect(message).toContain("2:103  the input width is inferred: nn.linear(5)\n");
});

test("so does JavaScript", async () => expect(await messageOf("net.model.js")).toContain("nn.dense is not a function\n  help: nn.linear\n"));

const failing = (
  imported: string,
  of: string,
  out: string,
) => `import { f32, model, nn } from "gradc";\nimport * as all from "gradc";\nimport { ${imported} } from "${of}";
export default model("m", { x: f32("batch", 4) }, ({ x }) => ({ outputs: { out: ${out} } }));\n`;

test.each<[string, string, string, string, string]>([
  ["a name of the compiler", "net.ts", failing("compile", "gradc", "nn.relu(x)"), "3:10", 'help: import { compile } from "gradc/compiler"'],
  ["a layer", "net.ts", failing("Linear", "gradc", "nn.relu(x)"), "3:10", "help: nn.linear"],
  ["a layer that is called", "net.js", failing("Linear", "gradc", "Linear(x, 3)"), "4:81", "help: nn.linear"],
  ["a layer of a namespace", "net.js", failing("ops", "gradc", "all.nn.Dense(x, 3)"), "4:81", "help: nn.linear"],
  ["an entry, in TypeScript", "net.ts", failing("linear", "gradc/nn", "linear(x, 3)"), "3:1", 'imports "gradc/nn", which gradc does not have'],
  ["an entry", "net.js", failing("linear", "gradc/nn", "linear(x, 3)"), "3:1", 'help: import from "gradc", "gradc/runtime"'],
])("what is not exported: %s", async (_, file, source, at, said) => {
  const refused = await declareSource(`${folderOf({ [file]: source })}/${file}`).then(
    () => expect.unreachable(),
    (error: GradcError) => error,
  );
  expect(refused.message).toContain(said);
  expect(refused.at).toBe(`${file}:${at}`);
});
