// A program that uses the package from outside: compiled and run in a folder where it is installed.
import { elementwise, f32, losses, type Model, model, nn, optim } from "gradc";
import { type Checkpoint, exportWeights, importWeights, open, readSafetensors, save, writeSafetensors } from "gradc/checkpoint";
import { type Built, compile, formulas, interpret } from "gradc/compiler";
import { type Column, type Dataset, fromCsv } from "gradc/data";
import { fit, GradcError, load, type Net, pack } from "gradc/runtime";
import loadHousing, { type HousingNet, type HousingParameter, manifest, url } from "./out/housing.js";

const declared = model("outside", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = elementwise((a) => Math.max(a, 0))(nn.linear(x, 4));
  const price = nn.linear(hidden, 1);
  return { outputs: { price }, loss: losses.mse(price, y) };
});
const rows = { x: new Float32Array(24), y: [[1], [2], [3], [4], [5], [6], [7], [8]] };

const built = await compile(declared, { batch: 8, optimizer: optim.sgd({ lr: 0.01 }) });
const net = await load(built, { seed: 1 });
const { epochs } = await fit(net, rows, { epochs: 2 });
const price: Float32Array = net.predict({ x: [[1, 2, 3]] }).price;
const housing: HousingNet = await loadHousing({ seed: 1 });
const parameter: HousingParameter = "hidden.weight";

export const general: readonly [Model, Built, Net] = [declared, built, net];

export async function kept(): Promise<Checkpoint> {
  importWeights(housing, readSafetensors(writeSafetensors({ tensors: exportWeights(housing) })));
  await save("run", housing, { position: { epoch: 1 }, keep: 3, best: 0.5 });
  const checkpoint = await open("run");
  checkpoint.restore(housing);
  return checkpoint;
}

export function right(): void {
  net.step({ x: new Float64Array(3), y: new Uint8Array(1) });
  net.step({ x: [[1, 2, 3]] as const, y: [new Float32Array(1)] });
  const { loss, gradients } = housing.gradients({ x: new Float32Array(12), y: [1] });
  const sizes: number[] = [loss, gradients["hidden.weight"].length, housing.evaluate({ x: [], y: [] }).loss];
  console.log(sizes);
}

/** Metrics of a net that has no bindings. */
export async function unnamed(): Promise<void> {
  const iris = await load(await compile("iris.model.ts", { optimizer: optim.adam() }));
  const { loss, accuracy, confusion } = iris.step({ x: [1, 2], y: [0] });
  let best = 0;
  if (accuracy > best) best = accuracy;
  console.log(loss.toFixed(3), accuracy.toFixed(3), confusion[0], Array.from(confusion).length, new Float32Array(confusion), best);
  const any: Net = iris;
  const { epochs } = await fit(iris, rows, { epochs: 1, validation: 0.2 });
  const shares: ArrayLike<number> | undefined = epochs[0]?.validation?.confusion;
  console.log(any.manifest.name, shares);
  // @ts-expect-error The loss is a number
  console.log(loss[0]);
}

export function wrong(): void {
  // @ts-expect-error An input of another name
  net.step({ z: [1], y: [1] });
  // @ts-expect-error The typed array of another type
  net.step({ x: new Int32Array(3), y: [1] });
  // @ts-expect-error Integers of 64 bits
  net.step({ x: new BigInt64Array(3), y: [1] });
  // @ts-expect-error A gradient of another name
  housing.gradients({ x: [], y: [] }).gradients["hidden.wieght"];
  // @ts-expect-error A metric that the model does not have
  housing.evaluate({ x: [], y: [] }).rmse;
  // @ts-expect-error An output of another name
  housing.predict({ x: new Float32Array(12) }).prize;
}

const table: Dataset = await fromCsv("size,bean\n3,arabica\n");
const bean: Column | undefined = table.columns.get("bean");

const { forward } = await formulas(declared);
const parameters = Object.fromEntries([...net.parameters.keys()].map((name) => [name, net.read(name)]));
const { loss } = await interpret(declared, { x: [1, 2, 3], y: [1] }, { parameters });
const report = {
  epochs: epochs.length,
  price: price.length,
  names: Object.keys(forward),
  labels: bean?.labels,
  loss: Number.isFinite(loss),
  read: housing.read(parameter).length,
  file: url().protocol + manifest.name,
  packed: pack(built.wasm, net.state()) instanceof Uint8Array,
  error: new GradcError("code", "text").code,
};
console.log(JSON.stringify(report));
