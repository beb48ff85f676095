// How far the convolutions of examples/digits come on MNIST with augmented pictures, and how long a step waits for its batch:
// node --import ./scripts/typescript.js bench/mnist.ts FOLDER [EPOCHS [WORKERS..]], after npm run build: worker threads take gradc/augment as it is built.
// The folder has the four IDX files as they are called there.
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { f32, i32, losses, metrics, model, nn, optim } from "gradc";
import { compile } from "gradc/compiler";
import { type Batch, type DataRow, dataLoader, fromIdx } from "gradc/data";
import { fit, load } from "gradc/runtime";

const [folder, epochs = "3", ...workers] = process.argv.slice(2);
if (folder === undefined) throw new Error("the folder of the IDX files is missing");
const [batchSize, seed, rate] = [64, 1, 0.002];

const digits = model("mnist", { x: f32("batch", 1, 28, 28), digit: i32("batch") }, ({ x, digit }) => {
  const edges = nn.relu(nn.conv2d(x, 16, 3, { padding: 1 }));
  const shapes = nn.relu(nn.conv2d(nn.maxPool2d(edges, 2), 32, 3, { padding: 1 }));
  const features = nn.dropout(nn.flatten(nn.maxPool2d(shapes, 2)), 0.25);
  const logits = nn.linear(features, 10);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, digit), metrics: { accuracy: metrics.accuracy(logits, digit) } };
});

/** What asking for a batch took: until it was there, and without anything to do meanwhile. */
interface Wait {
  readonly seconds: number;
  readonly idle: number;
}

async function* timed(source: AsyncIterable<Batch>, waits: Wait[]): AsyncGenerator<Batch> {
  const batches = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const [start, before] = [performance.now(), performance.eventLoopUtilization()];
      const { value, done } = await batches.next();
      const { idle } = performance.eventLoopUtilization(performance.eventLoopUtilization(), before);
      if (done) return;
      waits.push({ seconds: (performance.now() - start) / 1e3, idle: idle / 1e3 });
      yield value;
    }
  } finally {
    await batches.return?.();
  }
}

const sum = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0);
const read = (part: string) => fromIdx([join(folder, `${part}-images-idx3-ubyte`), join(folder, `${part}-labels-idx1-ubyte`)]);
const plain = ({ image, label }: DataRow): DataRow => ({ x: Float32Array.from(image as Uint8Array, (level) => level / 255), digit: label });

const { wasm } = await compile(digits, { batch: batchSize, optimizer: optim.adam({ lr: rate }) });
const [training, held] = await Promise.all([read("train"), read("t10k")]);
const tested: Batch[] = [];
for await (const all of dataLoader(held.map(plain), { batchSize: held.length })) tested.push(all);

async function train(numWorkers: number): Promise<string> {
  const net = await load(wasm, { seed });
  const moved = training.map(new URL("mnist-moved.js", import.meta.url));
  const loader = dataLoader(moved, { batchSize, shuffle: true, seed, numWorkers });
  const waits: Wait[] = [];
  const [start, before] = [performance.now(), process.cpuUsage()];
  // The rate falls from epoch to epoch.
  const onEpoch = ({ epoch }: { readonly epoch: number }): void => net.setHyper({ lr: rate / 3 ** epoch });
  await fit(net, { [Symbol.asyncIterator]: () => timed(loader, waits) }, { epochs: Number(epochs), onEpoch });
  const { user, system } = process.cpuUsage(before);
  const time = (performance.now() - start) / 1e3;
  const steps = loader.length ?? waits.length;
  const warm = waits.filter((_, at) => at % steps !== 0);
  const cells = [
    numWorkers,
    `${(100 * (net.evaluate(tested[0] as Batch).accuracy as number)).toFixed(2)} %`,
    `${time.toFixed(0)} s`,
    `${((user + system) / 1e6).toFixed(0)} s`,
    `${(time - sum(waits.map(({ seconds }) => seconds))).toFixed(0)} s`,
    `${sum(warm.map(({ seconds }) => seconds)).toFixed(2)} s`,
    `${warm.filter(({ idle }) => idle > 0.001).length} of ${warm.length}, ${sum(warm.map(({ idle }) => idle)).toFixed(2)} s`,
    `${sum(waits.filter((_, at) => at % steps === 0).map(({ seconds }) => seconds)).toFixed(2)} s`,
  ];
  return `| ${cells.join(" | ")} |`;
}

console.log("| workers | held out | time | processor | steps | asking for batches | of that idle for more than 1 ms | first batches of epochs |");
console.log("|---|---|---|---|---|---|---|---|");
for (const count of workers.length > 0 ? workers : ["0", "1", "2"]) console.log(await train(Number(count)));
