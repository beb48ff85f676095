// What is given to a model that is looked at: inputs and weights from files.
import { readFile } from "node:fs/promises";
import { notInputs, notJson } from "../../../compiler/diagnostics/commands.ts";
import { unknownName } from "../../../compiler/diagnostics/definitions.ts";
import { notWeights } from "../../../compiler/diagnostics/scalars.ts";
import { settingOutOfRange, shown } from "../../../compiler/diagnostics/settings.ts";
import { shapeMismatch } from "../../../compiler/diagnostics/tensors.ts";
import { build } from "../../../compiler/index.ts";
import type { Program } from "../../../compiler/ir/entry.ts";
import { formatShape, sameShape } from "../../../compiler/ir/type.ts";
import { cannotReadFile } from "../../../runtime/diagnostics.ts";
import { load } from "../../../runtime/index.ts";
import { type Opened, valuesIn } from "../../open.ts";
import { isFinite32, isOptions } from "../../settings.ts";
import { type Data, flatten } from "../../tensor.ts";
import { fromFile, readBytes } from "../files/read.ts";

export type Inputs = Readonly<Record<string, Data>>;

/** The inputs in a JSON file such as `{ "x": [[1, 2]], "y": [[3]] }`. */
export async function readInputs(file: string): Promise<Inputs> {
  const inputs = await readJson(file);
  if (!isOptions(inputs)) throw notInputs(file, shown(inputs));
  return inputs as Inputs;
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((error) => {
    throw cannotReadFile(file, error);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson(file, error);
  }
}

/**
 * The model with the values of a file of weights: of a training, or JSON such as `{ "z.weight": [[0.5, -1]], "z.bias": [0.25, 0] }`, where
 * what is left out stays as it is.
 * @throws GradcError `cannot-read`, `not-json`, `unknown-name`, `shape-mismatch`, `setting-out-of-range`, and those of `restore`
 */
export async function withWeights(opened: Opened, weights: string | undefined): Promise<Opened> {
  if (weights === undefined) return opened;
  if (weights.endsWith(".json")) {
    const values = await readJson(weights);
    if (!isOptions(values)) throw notWeights(weights, shown(values));
    const read = await fromFile(weights, () => weightsIn(opened.program, values as Inputs));
    return { ...opened, variables: new Map([...opened.variables, ...read]) };
  }
  const { wasm } = await build(opened.program, { purpose: opened.purpose });
  const net = await load(wasm);
  const state = await readBytes(weights);
  await fromFile(weights, () => net.restore(state));
  return { ...opened, variables: valuesIn(net) };
}

/** Row-major values by full name. */
function weightsIn({ graph }: Program, given: Inputs): Map<string, readonly number[]> {
  const declared = [...graph.declarations].filter(([, { role }]) => role === "parameter" || role === "layer");
  const shapes = new Map(declared.map(([node, { name }]) => [name, node.shape]));
  return new Map(
    Object.entries(given).map(([name, value]) => {
      const expected = shapes.get(name);
      if (!expected) throw unknownName("parameter or state", name, [...shapes.keys()]);
      const attempt = `Cannot read "${name}"`;
      const { data, shape } = flatten(attempt, value);
      if (!sameShape(shape, expected)) throw shapeMismatch(attempt, [shape], formatShape(expected));
      const odd = data.find((each) => !isFinite32(each));
      if (odd !== undefined) throw settingOutOfRange(attempt, "data", shown(odd), "numbers within the range of f32");
      return [name, data];
    }),
  );
}
