// How large values stay on their way through ten layers of tanh, by how the weights begin: the deviation of what comes out of a layer.
import { f32, type Init, model, nn, type Tensor } from "gradc";
import { interpret } from "gradc/compiler";

const width = 64;
const depth = 10;
const rows = Array.from({ length: 32 }, (_, row) => Array.from({ length: width }, (_, column) => Math.sin(row * 7 + column * 3)));

const deep = (init: Init) =>
  model("deep", { x: f32("batch", width) }, ({ x }) => {
    const outputs: Record<string, Tensor> = {};
    let h = x;
    for (let at = 1; at <= depth; at++) outputs[`h${at}`] = h = nn.tanh(nn.linear(h, width, { init, name: `layer${at}`, bias: false }));
    return { outputs };
  });

const deviation = (values: ArrayLike<number>): number => {
  const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

const starts: Readonly<Record<string, Init>> = {
  "normal, deviation 0.01": { normal: [0, 0.01] },
  "normal, deviation 1": { normal: [0, 1] },
  xavierNormal: "xavierNormal",
};
const slope = (values: ArrayLike<number>): number => Array.from(values, (h) => 1 - h * h).reduce((sum, each) => sum + each, 0) / values.length;

console.log("                        deviation of h at layer       mean slope 1 - h²");
console.log("weights                       1         5        10         at layer 10");
for (const [name, init] of Object.entries(starts)) {
  const { outputs } = await interpret(deep(init), { x: rows });
  const shown = [1, 5, 10].map((at) => deviation(outputs.get(`h${at}`) ?? []).toPrecision(2));
  const last = slope(outputs.get(`h${depth}`) ?? []).toPrecision(2);
  console.log(`${name.padEnd(22)}${shown.map((text) => text.padStart(9)).join(" ")}${last.padStart(20)}`);
}
