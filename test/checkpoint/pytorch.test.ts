// Weights of PyTorch's modules: what they compute here, and that they come back as they were.

import { f32, i32, model, nn, ops } from "gradc";
import { exportWeights, type FileTensor, importWeights, readSafetensors, readTorch, writeSafetensors } from "gradc/checkpoint";
import { compile } from "gradc/compiler";
import { load, type Net } from "gradc/runtime";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { codeOf } from "../support/code-of.ts";
import { golden, goldenFile } from "./golden.ts";

const layer = (name: string) => ({ name });

const all = model(
  "all",
  {
    mlp: f32("batch", 3),
    cnn: f32("batch", 1, 5, 5),
    lstm: f32("batch", 4, 3),
    gru: f32("batch", 4, 3),
    rnn: f32("batch", 4, 3),
    attention: f32("batch", 3, 4),
    cross: f32("batch", 3, 4),
    encoder: f32("batch", 3, 4),
    words: i32("batch", 3),
    bilinear: f32("batch", 5),
    up: f32("batch", 2, 4),
  },
  (x) => {
    const convolved = nn.relu(nn.batchNorm2d(nn.conv2d(x.cnn, 2, 3, layer("cnn-conv")), layer("cnn-norm")));
    const [q, k, v] = [x.cross, ops.slice(x.cross, [0, 0, 0], ["batch", 3, 3]), ops.slice(x.cross, [0, 0, 2], ["batch", 3, 2])] as const;
    const [x1, x2] = [ops.slice(x.bilinear, [0, 0], ["batch", 2]), ops.slice(x.bilinear, [0, 2], ["batch", 3])] as const;
    return {
      outputs: {
        mlpOut: nn.linear(nn.tanh(nn.linear(x.mlp, 3, layer("mlp-0"))), 2, layer("mlp-2")),
        cnnOut: nn.linear(nn.flatten(convolved), 3, layer("cnn-out")),
        lstmOut: nn.lstm(x.lstm, 2, { numLayers: 2, bidirectional: true, name: "lstm-rec" }).output,
        gruOut: nn.gru(x.gru, 2, layer("gru-rec")).output,
        rnnOut: nn.rnn(x.rnn, 2, { bias: false, name: "rnn-rec" }).output,
        attentionOut: nn.multiheadAttention(x.attention, x.attention, x.attention, 2, layer("attention-att")),
        crossOut: nn.multiheadAttention(q, k, v, 2, layer("cross-att")),
        encoderOut: nn.transformerEncoderLayer(x.encoder, 2, { dimFeedforward: 6, name: "encoder-enc" }),
        wordsOut: nn.layerNorm(nn.embedding(x.words, 4, 4, layer("words-words")), { normalizedShape: [3, 4], name: "words-norm" }),
        bilinearOut: nn.prelu(nn.bilinear(x1, x2, 2, layer("bilinear-bi")), layer("bilinear-slope")),
        upOut: nn.groupNorm(nn.convTranspose1d(x.up, 3, 2, layer("up-up")), 3, layer("up-norm")),
      },
    };
  },
);

const names = Object.keys(golden.modules);

/** The files of all modules as one, whose names begin with that of the module. */
const torch = new Map<string, FileTensor>(
  names.flatMap((name) => [...readTorch(goldenFile(`${name}.pt`)).tensors].map(([key, tensor]): [string, FileTensor] => [`${name}-${key}`, tensor])),
);

const inputs = Object.fromEntries(names.map((name) => [name, golden.modules[name]?.x ?? []]));

let wasm: Uint8Array;
let net: Net;
beforeAll(async () => {
  wasm = (await compile(all, { batch: 2 })).wasm;
});
beforeEach(async () => {
  net = await load(wasm, { seed: 4 });
});

describe("from PyTorch and back", () => {
  test("every module computes what it computed there", () => {
    const report = importWeights(net, torch);
    expect(report.loaded).toHaveLength(torch.size);
    expect([report.missing, report.unused, report.mismatched]).toEqual([[], [], []]);
    const outputs = net.predict(inputs);
    for (const name of names) {
      const [got, wanted] = [outputs[`${name}Out`] as Float32Array, golden.modules[name]?.y ?? []];
      expect(got).toHaveLength(wanted.length);
      // Sums of a few tens of f32.
      for (const [i, value] of wanted.entries()) expect(Math.abs((got[i] as number) - value), `${name}, ${i}`).toBeLessThan(1e-5);
    }
  });

  test("what is exported is what was imported, to the bit", () => {
    importWeights(net, torch);
    const written = readSafetensors(writeSafetensors({ tensors: exportWeights(net) }));
    expect(new Map([...written.tensors].sort())).toEqual(new Map([...torch].sort()));
  });

  test("a file does for its tensors, and floats of 16 bits for f32", () => {
    const half = new Map([...torch].map(([name, tensor]) => [name, tensor.dtype === "F32" ? { ...tensor, dtype: "BF16" as const } : tensor]));
    const file = readSafetensors(writeSafetensors({ metadata: new Map([["format", "pt"]]), tensors: half }));
    importWeights(net, file);
    expect(net.read("cnn-norm.running_var")).toEqual(file.tensors.get("cnn-norm.running_var")?.data);
    expect(net.read("cnn-norm.num_batches_tracked")).toEqual(Float32Array.of(1));
  });
});

describe("names", () => {
  /** The tensors of the file under other names. */
  const named = (change: (name: string) => string) => new Map([...torch].map(([name, tensor]) => [change(name), tensor]));

  test("fronts are renamed, dropped and put before all", () => {
    const renamed = (change: (name: string) => string, rename: Record<string, string>) => importWeights(net, named(change), { rename }).loaded.length;
    expect(renamed((name) => `module.net.${name}`, { "module.net": "" })).toBe(torch.size);
    expect(renamed((name) => name.replace("gru-rec", "0").replace("lstm-rec", "0.1"), { 0: "gru-rec", "0.1": "lstm-rec" })).toBe(torch.size);
    const own = new Map([...torch].map(([name, tensor]) => [name.replace(/^cnn-/, ""), tensor]));
    const fronts = new Set([...own.keys()].filter((name) => !torch.has(name)));
    expect(importWeights(net, own, { rename: (name) => (fronts.has(name) ? `cnn-${name}` : name) }).loaded).toHaveLength(torch.size);
  });

  test("a function leaves out what it gives no name", () => {
    const more = new Map([...torch, ["optimizer.0.exp_avg", { dtype: "F32", shape: [1], data: Float32Array.of(1) } satisfies FileTensor]]);
    expect(codeOf(() => importWeights(net, more))).toBe("weights-do-not-fit");
    expect(importWeights(net, more, { rename: (name) => (name.startsWith("optimizer") ? undefined : name) }).unused).toEqual([]);
  });

  test("two of one name are refused", () => {
    expect(() => importWeights(net, torch, { rename: () => "x" })).toThrow('Bad weights: two tensors are to be called "x"');
  });
});

describe("what does not fit", () => {
  const changed = (change: (tensors: Map<string, FileTensor>) => void) => {
    const tensors = new Map(torch);
    change(tensors);
    return tensors;
  };
  const messageOf = (tensors: Map<string, FileTensor>): string => {
    try {
      importWeights(net, tensors);
    } catch (error) {
      return (error as Error).message;
    }
    return "no error";
  };

  test("is said with names, shapes as in PyTorch, and the nearest name; nothing is written", () => {
    const before = net.state();
    const weight = torch.get("up-up.weight") as FileTensor;
    const message = messageOf(
      changed((tensors) => {
        tensors.delete("up-up.weight");
        tensors.set("up-up.weigth", weight);
        tensors.set("mlp-2.weight", { dtype: "F32", shape: [3, 2], data: new Float32Array(6) });
        tensors.set("gru-rec.weight_ih_l0", { dtype: "C64", shape: [6, 3], data: new Float32Array(36) });
      }),
    );
    expect(message.split("\n")).toEqual([
      "Weights do not fit; shapes are as in PyTorch",
      '  "mlp-2.weight" is [2, 3] in the net, [3, 2] in the file',
      '  "gru-rec.weight_ih_l0" is [6, 3] in the net, C64[6, 3] in the file',
      '  "up-up.weight" [2, 3, 2] is in the net, and not in the file, the nearest is "up-up.weigth"',
      '  "up-up.weigth" [2, 3, 2] is in the file, and not in the net',
      '  help: { rename: { "0": "hidden" } } or --rename 0=hidden makes "hidden.weight" of "0.weight"',
    ]);
    expect(net.state()).toEqual(before);
  });

  test("where no name is near, the only tensor of that shape may be meant", () => {
    const message = messageOf(
      changed((tensors) => {
        tensors.set("9", tensors.get("up-up.weight") as FileTensor);
        tensors.delete("up-up.weight");
      }),
    );
    expect(message).toContain('"up-up.weight" [2, 3, 2] is in the net, and not in the file, and of that shape is "9"');
  });

  test("a count that old versions did not keep may be missing", () => {
    const report = importWeights(
      net,
      changed((tensors) => tensors.delete("cnn-norm.num_batches_tracked")),
    );
    expect(report.missing).toEqual(["cnn-norm.num_batches_tracked"]);
  });

  test("weights of gradc, other things and mistyped options are refused", () => {
    expect(codeOf(() => importWeights(net, readSafetensors(net.state())))).toBe("own-weights");
    expect(codeOf(() => importWeights(net, {} as never))).toBe("bad-option");
    expect(codeOf(() => importWeights(net, torch, { renames: {} } as never))).toBe("unknown-option");
  });
});
