// Definition files with the language itself: the names and positions that reach the graph.
import { join } from "node:path";
import { expect, test } from "vitest";
import type { GradcError } from "../../../runtime/error.ts";
import { declareSource } from "../../../src/definition-file.ts";
import { folderOf } from "./definition.ts";

const declared = (text: string) => declareSource(join(folderOf({ "housing.model.ts": text }), "housing.model.ts"));

const failure = (text: string): Promise<GradcError> =>
  declared(text).then(
    () => expect.unreachable(),
    (error: GradcError) => error,
  );

const imports = 'import { elementwise, f32, losses, model, nn, parameter } from "gradc";\n';
const housing = `${imports}
export default model("housing", { x: f32("batch", 12), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = nn.tanh(nn.linear(nn.standardize(x), 5));
  const price = nn.linear(hidden, 1);
  return { outputs: { price }, loss: losses.mse(price, y) };
});`;

test("layers and values are named by the variables they reach, at their lines", async () => {
  const { graph } = await declared(housing);
  const declarations = [...graph.declarations.values()].filter(({ role }) => role === "parameter" || role === "layer");
  expect(declarations.map(({ name, position }) => `${name} ${position?.line}`).sort()).toEqual([
    "hidden.bias 4",
    "hidden.standardize.deviation 4",
    "hidden.standardize.mean 4",
    "hidden.weight 4",
    "price.bias 5",
    "price.weight 5",
  ]);
  const [tanh] = [...graph.names].find(([, names]) => [...names].some(({ text }) => text === "hidden")) ?? [];
  expect(tanh?.op).toBe("tanh");
});

test("an arrow takes its constants from the file around it", async () => {
  const { outputs } = await declared(`${imports}
const delta = 0.25;
const huber = (e: number): number => (Math.abs(e) < delta ? e ** 2 : Math.abs(e));
export default model("m", { x: f32("batch", 2) }, ({ x }) => ({ outputs: { y: elementwise(huber)(x) } }));`);
  expect(outputs.y?.op).toBe("where");
});

test("a wrong input name or layer is a type error, before anything runs", async () => {
  const error = await failure(housing.replace("({ x, y })", "({ x, z })").replaceAll("y) };", "z) };").replace("nn.tanh", "nn.tanhh"));
  expect([error.code, error.at]).toEqual(["type-error", "housing.model.ts:3:84"]);
  expect(error.message).toContain("Property 'z' does not exist");
  expect(error.message).toContain("housing.model.ts:4:21  Property 'tanhh' does not exist");
});

test("an error of the language has the place of the innermost call, one of a scalar function its own", async () => {
  const shapes = await failure(housing.replace("losses.mse(price, y)", "losses.mse(\n    price,\n    nn.linear(y, 2))"));
  expect([shapes.code, shapes.at]).toEqual(["loss-shape", "housing.model.ts:6:38"]);
  const scalar = await failure(housing.replace("(price, y) }", "(elementwise((p: number) => p % 2)(price), y) }"));
  expect([scalar.code, scalar.at]).toEqual(["untranslatable", "housing.model.ts:6:76"]);
  const formula = await failure(housing.replace("(price, y) }", '(elementwise("p!")(price), y) }'));
  expect([formula.code, formula.at]).toEqual(["untranslatable", "housing.model.ts:6:49"]);
});

test("what a body throws has its place", async () => {
  const error = await failure(housing.replace("nn.linear(hidden, 1)", 'hidden;\n  (JSON.parse("{") as unknown)'));
  expect([error.code, error.at]).toEqual(["definition-failed", "housing.model.ts:6:4"]);
});
