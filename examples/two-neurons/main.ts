// The network of the course by hand, slide by slide, and then by the module that gradc compiles.
import { optim } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { short, weights, workThrough } from "./by-hand.ts";

const ε = 0.1;
const inputs = { x: [1, 2], y: [-1] };
const built = await compile(new URL("net.model.ts", import.meta.url), { optimizer: optim.sgd({ lr: ε }) });
const net = await load(built);

/** The nine weights of the module by their symbols. */
const read = (): Record<string, number> => {
  const [w11, w12, w21, w22] = net.read("a.weight");
  const [w01, w02] = net.read("a.bias");
  const [w13, w23] = net.read("a3.weight");
  const [w03] = net.read("a3.bias");
  return { w01, w11, w21, w02, w12, w22, w03, w13, w23 } as Record<string, number>;
};

const [x1, x2] = inputs.x as [number, number];
const [y] = inputs.y as [number];
const { numbers, text } = workThrough({ x1, x2, y, ε, ...read() });
console.log(text);

const { loss } = net.step(inputs);
const after = read();
const differences = weights.map((weight) => Math.abs((numbers.get(`${weight}′`) ?? 0) - (after[weight] ?? 0)));
const output = net.predict({ x: inputs.x }).yhat?.[0] ?? 0;
console.log(`
The module

  L before the step: ${short(loss)}
  the nine weights after it differ from those by hand by ${Math.max(...differences) < 1e-6 ? "less than 0.000001" : Math.max(...differences)}
  ŷ goes to ${short(output)}, L to ${short(net.evaluate(inputs).loss)}`);
