// Mistakes with a compiled module.

import { encode } from "../../../runtime/checkpoint/safetensors.ts";
import { fit, load, type Net, pack } from "../../../runtime/index.node.ts";
import { type Built, compile, type Model } from "../../../src/compile.ts";
import { f32, i32, losses, model, nn, ops, optim } from "../../../src/index.ts";
import { tinyManifest, tinyModule, withEntries } from "../../support/tiny-module.ts";
import { type ErrorCase, folder } from "../error-case.ts";

type AnyModel = () => Model;

const prices: AnyModel = () =>
  model("prices", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
    const price = nn.linear(x, 1, { name: "price" });
    return { outputs: { price }, loss: losses.mse(price, y) };
  });

const classes: AnyModel = () =>
  model("classes", { x: f32("batch", 2), k: i32("batch") }, ({ x, k }) => {
    const logits = nn.linear(x, 3, { name: "logits" });
    return { outputs: { logits }, loss: losses.crossEntropy(logits, k) };
  });

const choice: AnyModel = () =>
  model("choice", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
    const z = nn.linear(x, 1, { name: "z" });
    return { outputs: { z }, loss: losses.bceWithLogits(z, y) };
  });

const games: AnyModel = () =>
  model("games", { x: f32("batch", 2) }, ({ x }) => {
    const z = nn.linear(x, 1, { name: "z" });
    const loss = ops.mean(z);
    return { outputs: { z }, games: { more: { loss, parameters: "z.weight" }, less: { loss: ops.neg(loss), parameters: "z.bias" } } };
  });

// One row is compared with the mean of all, so that rows cannot be run in parts.
const mixed: AnyModel = () => model("mixed", { x: f32("batch", 2) }, ({ x }) => ({ outputs: { out: ops.sub(x, ops.mean(x, { dim: 0 })) } }));

const mapping: AnyModel = () => model("mapping", { x: f32("batch", 2) }, ({ x }) => ({ outputs: { out: nn.linear(x, 1, { name: "out" }) } }));

const optimizer = optim.sgd({ lr: 0.1 });

const modules = new Map<AnyModel, Promise<Built>>();

/** The module of a model, compiled once. */
const built = (source: AnyModel): Promise<Built> => {
  const known = modules.get(source) ?? compile(source(), { batch: 4, optimizer });
  modules.set(source, known);
  return known;
};

/** Makes `mistake` on a fresh net. */
const on =
  (mistake: (net: Net) => unknown, source: AnyModel = prices): (() => Promise<unknown>) =>
  async () =>
    mistake(await load(await built(source)));

/** The same on a net that cannot be trained. */
const onMapping = (source: AnyModel, mistake: (net: Net) => unknown) => async () => mistake(await load(await compile(source(), { batch: 4 })));

const f32s = (...values: number[]) => Float32Array.from(values);

/** A file of one matrix as PyTorch's users export it. */
const foreign = encode({ metadata: new Map(), tensors: new Map([["price.weight", { shape: [1, 2], data: f32s(1, 2) }]]) });

export const runningCases: readonly ErrorCase[] = [
  {
    code: "not-a-module",
    did: "The address of the module gave a page, such as that of a missing file.",
    advice: "Check the address; a server that answers every path with its start page hides the mistake.",
    run: () => load(new TextEncoder().encode("<!doctype html><title>Not found</title>")),
  },
  {
    code: "not-a-module",
    did: "A module that gradc did not make was loaded.",
    advice: "Load the file that `gradc build` wrote.",
    run: () => load(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  },
  {
    code: "not-a-module",
    did: "Nothing was given to load: a variable was not set.",
    advice: "Give the module's bytes, its address, or what `compile` gave.",
    run: () => load(undefined as never),
  },
  {
    code: "not-a-module",
    did: "A definition was loaded in place of what is built from it.",
    advice: "Build it, and load the `.wasm`, or what `compile` gives.",
    run: () => load(new TextEncoder().encode('export default model("prices", {}, () => ({}));')),
  },
  {
    code: "wasm-blocked",
    did: "The policy of a page does not allow WebAssembly.",
    advice:
      "Add the source that the message names to the header or the `meta` element of the policy; where a host never compiles bytes, load a module that it compiled.",
    run: async () => {
      const { compile: compileBytes } = WebAssembly;
      WebAssembly.compile = () => Promise.reject(new WebAssembly.CompileError("neither 'wasm-unsafe-eval' nor 'unsafe-eval' is an allowed source"));
      try {
        await load(tinyModule());
      } finally {
        WebAssembly.compile = compileBytes;
      }
    },
  },
  {
    code: "other-build",
    did: "The bindings of one build were used with the module of another.",
    advice: "Replace all files of a build together.",
    run: async () => {
      const { wasm } = await compile(model("net", { x: f32("batch", 2) }, ({ x }) => ({ outputs: { out: nn.linear(x, 1) } })));
      return load(wasm, { builds: [0] });
    },
  },
  {
    code: "other-version",
    did: "The module is of another version of gradc.",
    advice: "Build it again with the version that loads it.",
    run: () => load(tinyModule({ ...tinyManifest, version: 99 })),
  },
  {
    code: "not-a-module",
    did: "The description that the module carries is not the one that gradc wrote.",
    advice: "Build it again; load modules of others with the care that their code deserves.",
    run: () => load(tinyModule({ ...tinyManifest, capacity: { batch: 0 } })),
  },
  {
    code: "cannot-read",
    did: "There is no file or address of that name.",
    advice: "Check the path or URL.",
    run: () => load(`${folder}/prices.wasm`),
  },
  {
    code: "compiled-in",
    did: "A step was given more rows than the module has memory for.",
    advice: "Build with a larger `--batch`, or train with `fit`, which makes batches.",
    run: on((net) => net.step({ x: new Float32Array(10), y: new Float32Array(5) })),
  },
  {
    code: "compiled-in",
    did: "A prediction mixes rows, and there are more rows than the module has memory for.",
    advice: "Build with a larger `--batch`: such rows cannot be run in parts.",
    run: onMapping(mixed, (net) => net.predict({ x: new Float32Array(10) })),
  },
  {
    code: "compiled-in",
    did: "The loss mixes rows, and there are more to validate with than the module has memory for.",
    advice: "Build with a larger `--batch`, or hold out fewer rows.",
    run: async () => {
      const module = tinyModule(withEntries((entry) => (entry.name === "evaluate" ? { ...entry, splittable: false } : entry)));
      return fit(await load(module), { x: new Float32Array(20), y: new Float32Array(10) }, { epochs: 1, validation: 0.5 });
    },
  },
  {
    code: "compiled-in",
    did: "A module without optimizer was asked for a step.",
    advice: "Build with an optimizer.",
    run: onMapping(prices, (net) => net.step({ x: [1, 2], y: [1] })),
  },
  {
    code: "unknown-game",
    did: "A step, or fit, which makes steps, was asked for of a net with games, without the name of one.",
    advice: 'Say which: `net.step(inputs, { game: "more" })`. What takes turns is a loop of such steps.',
    run: on((net) => net.step({ x: [1, 2] }), games),
  },
  {
    code: "missing-loss",
    did: "A module of a model without loss was asked for a step.",
    advice: "Return a loss from the body of the model, and build again.",
    run: onMapping(mapping, (net) => net.step({ x: [1, 2] })),
  },
  {
    code: "unknown-input",
    did: "The name of an input is mistyped.",
    advice: "Use the name that the message suggests.",
    run: on((net) => net.predict({ X: [1, 2] })),
  },
  {
    code: "unknown-output",
    did: "An array was given for an output that the model does not have.",
    advice: "Use the name that the message suggests.",
    run: on((net) => net.predict({ x: [1, 2] }, { into: { prise: new Float32Array(1) } })),
  },
  {
    code: "unknown-variable",
    did: "The name of a parameter is mistyped.",
    advice: "Use the name that the message suggests; `net.parameters` has all.",
    run: on((net) => net.read("price.wieght")),
  },
  {
    code: "unknown-column",
    did: "A row for a prediction has a key that no column of the training's table had.",
    advice: "Use the name that the message suggests.",
    run: on((net) => {
      net.metadata.set("columns", '{"x":["size","mass"]}');
      net.predictRows([{ size: 1, mas: 2 }]);
    }),
  },
  {
    code: "bad-value",
    did: "A row for a prediction lacks a cell that the training did not learn to fill in.",
    advice: "Give every column a value, or train with `--missing mean`.",
    run: on((net) => {
      net.metadata.set("columns", '{"x":["size","mass"]}');
      net.predictRows([{ size: 1 }]);
    }),
  },
  {
    code: "bad-value",
    did: "The labels of a yes or no are 1 and 2.",
    advice: "Subtract 1.",
    run: on((net) => net.step({ x: [1, 2, 3, 4], y: [1, 2] }), choice),
  },
  {
    code: "unknown-hyper",
    did: "A hyper-parameter was set that the optimizer does not have.",
    advice: "Use the name that the message suggests.",
    run: on((net) => net.setHyper({ learningRate: 0.1 })),
  },
  {
    code: "missing-input",
    did: "A step was made without the target.",
    advice: "Give every input of the loss; `predict` needs those of the outputs only.",
    run: on((net) => net.step({ x: [1, 2] })),
  },
  {
    code: "shape-mismatch",
    did: "The length of the data is not a whole number of rows.",
    advice: "Give rows of the width that the message names, one after the other.",
    run: on((net) => net.predict({ x: [1, 2, 3] })),
  },
  {
    code: "bad-value",
    did: "A cell of the data is a text.",
    advice: "Convert the data to numbers first.",
    run: on((net) => net.predict({ x: [[1, "2"]] as unknown as number[][] })),
  },
  {
    code: "bad-value",
    did: "The rows of the data differ in length.",
    advice: "Give every row the same number of cells.",
    run: on((net) => net.predict({ x: [[1, 2], [3]] })),
  },
  {
    code: "index-range",
    did: "A class is not below the number of classes.",
    advice: "Count classes from 0.",
    run: on((net) => net.step({ x: [1, 2, 3, 4], k: [0, 3] }), classes),
  },
  {
    code: "unequal-rows",
    did: "There are more targets than rows.",
    advice: "Give every input the same number of rows.",
    run: on((net) => net.step({ x: [1, 2], y: [1, 2] })),
  },
  {
    code: "no-rows",
    did: "A call was given no rows.",
    advice: "Give at least one row.",
    run: on((net) => net.predict({ x: [] })),
  },
  {
    code: "batch-norm-one-value",
    did: "A model with statistics over the batch was given a batch of one row.",
    advice: "Train on more rows at a time: one row has no deviation.",
    run: async () => {
      const module = tinyModule(withEntries((entry) => (entry.name === "step" ? { ...entry, minimum: 2 } : entry)));
      return (await load(module)).step({ x: [1, 2], y: [1] });
    },
  },
  {
    code: "unknown-option",
    did: "The name of an option is mistyped.",
    advice: "Use the name that the message suggests.",
    run: async () => load(await built(prices), { sead: 3 } as never),
  },
  {
    code: "unknown-option",
    did: "`fit` was given an option of another tool.",
    advice: "Use what the message names.",
    run: on((net) => fit(net, { x: [1, 2], y: [1] }, { epochs: 1, learningRate: 0.1 } as never)),
  },
  {
    code: "bad-option",
    did: "A promise was given in place of the data.",
    advice: "Write `await` before what gives it.",
    run: on((net) => net.step(Promise.resolve({ x: [1, 2], y: [1] }) as never)),
  },
  {
    code: "bad-option",
    did: "A training of no epochs was asked for.",
    advice: "Give a value that the option can have.",
    run: on((net) => fit(net, { x: [1, 2], y: [1] }, { epochs: 0 })),
  },
  {
    code: "bad-option",
    did: "A net was given to `fit` before it was loaded.",
    advice: "Write `await load(...)`.",
    run: async () => fit(load(await built(prices)) as never, {} as never, { epochs: 1 }),
  },
  {
    code: "bad-option",
    did: "The rows for validation leave none to train on.",
    advice: "Give more rows, or a smaller share.",
    run: on((net) => fit(net, { x: [1, 2], y: [1] }, { epochs: 1, validation: 0.2 })),
  },
  {
    code: "bad-weights",
    did: "A file of weights is cut off, or none.",
    advice: "Save or copy it again.",
    run: on((net) => net.restore(net.state().subarray(0, 60))),
  },
  {
    code: "foreign-weights",
    did: "Weights that gradc did not save were restored.",
    advice:
      "Their matrices may lie the other way round, as PyTorch's do: `importWeights` of `gradc/checkpoint` and `gradc weights import` turn them.",
    run: on((net) => net.restore(foreign)),
  },
  {
    code: "weights-do-not-fit",
    did: "Weights of another model were restored.",
    advice: "Restore into the model that they were saved from, or pass `{ partial: true }` to take what fits, and nothing of its training.",
    run: on(async (net) => net.restore((await load(await built(classes))).state())),
  },
  {
    code: "not-a-module",
    did: "Weights were to be packed into something else than a module.",
    advice: "Give the module first and the weights second.",
    run: on((net) => pack(net.state(), net.state())),
  },
];
