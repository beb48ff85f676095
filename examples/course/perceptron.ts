// The perceptron's rule: one row at a time, a step only where the row is on the wrong side, until an epoch goes by without an error.
import { optim } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";

const rows = [
  { x: [2, 1], y: [1] },
  { x: [1, 3], y: [1] },
  { x: [3, 2], y: [1] },
  { x: [-3, 1], y: [-1] },
  { x: [0, -2], y: [-1] },
  { x: [1, -1], y: [-1] },
  { x: [4, -1], y: [-1] },
  { x: [-2, 2], y: [1] },
];
const net = await load(await compile(new URL("neuron.model.ts", import.meta.url), { batch: 1, optimizer: optim.sgd({ lr: 1 }) }), { seed: 0 });

/** The errors that the rows make, each when its turn comes: the loss is more than 0 where the side is wrong. */
const epoch = (): number => rows.filter((row) => net.step(row).loss > 0).length;

const mostEpochs = 100;
for (let count = 1, errors = 1; errors > 0 && count <= mostEpochs; count++) {
  errors = epoch();
  const [w1 = 0, w2 = 0] = net.read("f.weight");
  const [b = 0] = net.read("f.bias");
  console.log(`epoch ${count}  errors ${errors}  w ${w1.toFixed(2)} ${w2.toFixed(2)}  b ${b.toFixed(2)}`);
}
