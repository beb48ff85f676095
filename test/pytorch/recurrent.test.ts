import { nn, ops } from "gradc";
import type { LstmOptions, RnnOptions } from "../../src/nn/recurrent/index.ts";
import type { Tensor } from "../../src/tensor.ts";
import { type Bodies, type Groups, type Operands, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("recurrent");

type Settings = Pick<RnnOptions, "numLayers" | "bidirectional" | "bias">;
type Kind = "rnn" | "relu" | "gru" | "lstm";

function layerOf(kind: Kind, { x, y, z }: Operands, options: LstmOptions): Readonly<Record<string, Tensor>> {
  const all = { ...options, ...(y && { h0: y }), ...(z && { c0: z }) };
  if (kind === "lstm") return nn.lstm(x, 2, all);
  if (kind === "gru") return nn.gru(x, 2, all);
  return nn.rnn(x, 2, { ...all, nonlinearity: kind === "relu" ? "relu" : "tanh" });
}

/** Output, hn and cn side by side. */
const body =
  (kind: Kind, settings: Settings): Bodies[string] =>
  (operands, name) => {
    const { i } = operands;
    const results = layerOf(kind, operands, { ...settings, name, ...(i && { lengths: i }) });
    const rows = operands.x.shape[0] as "batch";
    return ops.concat(
      [results.output, results.hn, results.cn].flatMap((one) => (one ? [ops.reshape(one, [rows, -1])] : [])),
      { dim: 1 },
    );
  };

const kinds = ["rnn", "relu", "gru", "lstm"] as const;

const testRecurrent = (group: string, settings: Readonly<Record<string, Settings>>): void => {
  const bodies = kinds.flatMap((kind) => Object.entries(settings).map(([suffix, one]) => [`${kind}${suffix}`, body(kind, one)] as const));
  testGroup(group, groups[group] ?? {}, Object.fromEntries(bodies));
};

testRecurrent("cells", { "": {}, Plain: { bias: false }, States: {} });
testRecurrent("stacks", { Layers: { numLayers: 2 }, Both: { bidirectional: true }, LayersBoth: { numLayers: 2, bidirectional: true } });

/** One layer over two sequences, which hands on the state that it ended with. */
const handed =
  (kind: Kind): Bodies[string] =>
  ({ x, y }, name) => {
    const rows = x.shape[0] as "batch";
    const output = (results: Readonly<Record<"output", Tensor>>) => ops.reshape(results.output, [rows, -1]);
    if (kind === "lstm") {
      const layer = nn.lstm(2, { name });
      const { hn: h0, cn: c0 } = layer(x);
      return output(layer(y as Tensor, { h0, c0 }));
    }
    const layer = kind === "gru" ? nn.gru(2, { name }) : nn.rnn(2, { name, nonlinearity: kind === "relu" ? "relu" : "tanh" });
    return output(layer(y as Tensor, { h0: layer(x).hn }));
  };

testGroup("handed", groups.handed ?? {}, Object.fromEntries(kinds.map((kind) => [`${kind}Handed`, handed(kind)])));

testRecurrent("lengths", { Lengths: {}, LengthsBoth: { numLayers: 2, bidirectional: true } });
