// What one step of a recurrent layer computes, gates side by side in PyTorch's order.
import { ops } from "../../ops/index.ts";
import { nameParts } from "../../scope.ts";
import { read, type Tensor } from "../../tensor.ts";
import { relu } from "../rectifiers.ts";

/** What a step hands to the next: its value h, and what else the cell keeps. */
export type Carry = Readonly<Record<"h" | "c", Tensor>>;

/** A cell whose width is that of each of its gates. */
export interface Cell {
  readonly kind: "rnn" | "gru" | "lstm";
  /** How many gates stand side by side in its weights. */
  readonly gates: number;
  /** Whether the product of h is more than a term beside that of the input, so that it has an error of its own. */
  readonly hasOwnError?: boolean;
  /** What it carries beside h. */
  readonly keeps: readonly "c"[];
  /** The next carry, of the products of its input and of h, both `[batch, gates · width]` with their biases; `mark` stands behind the names of gates. */
  next(input: Tensor, past: Tensor, carry: Carry, mark: string): Partial<Carry> & Pick<Carry, "h">;
}

const nameTensors = (values: Readonly<Record<string, Tensor>>, mark: string): void =>
  nameParts(Object.fromEntries(Object.entries(values).map(([name, value]) => [`${name}${mark}`, read("Cannot name a gate", value)])));

const gatesOf = (products: Tensor, gates: number): Tensor[] => ops.split(products, (products.shape.at(-1) as number) / gates, { dim: -1 });

/** `h ← f(x·W + b + h·U + c)` (Elman 1990) */
export const rnnCell = (nonlinearity: "tanh" | "relu"): Cell => ({
  kind: "rnn",
  gates: 1,
  keeps: [],
  next(input, past) {
    const sum = ops.add(input, past);
    return { h: nonlinearity === "relu" ? relu(sum) : ops.tanh(sum) };
  },
});

/** `c ← f ⊙ c + i ⊙ g`, `h ← o ⊙ tanh(c)` with the gates i, f, g, o (Hochreiter & Schmidhuber 1997; Gers et al. 2000). */
export const lstmCell: Cell = {
  kind: "lstm",
  gates: 4,
  keeps: ["c"],
  next(input, past, carry, mark) {
    const sums = gatesOf(ops.add(input, past), 4) as [Tensor, Tensor, Tensor, Tensor];
    const [i, f, g, o] = [ops.sigmoid(sums[0]), ops.sigmoid(sums[1]), ops.tanh(sums[2]), ops.sigmoid(sums[3])];
    nameTensors({ i, f, g, o }, mark);
    const c = ops.add(ops.mul(f, carry.c), ops.mul(i, g));
    return { h: ops.mul(o, ops.tanh(c)), c };
  },
};

/** `h ← (1 − z) ⊙ n + z ⊙ h` with the gates r, z and the new value `n = tanh(x·W_n + b_n + r ⊙ (h·U_n + c_n))` (Cho et al. 2014, as PyTorch). */
export const gruCell: Cell = {
  kind: "gru",
  gates: 3,
  hasOwnError: true,
  keeps: [],
  next(input, past, { h }, mark) {
    const [inputs, pasts] = [gatesOf(input, 3), gatesOf(past, 3)] as [[Tensor, Tensor, Tensor], [Tensor, Tensor, Tensor]];
    const [r, z] = [0, 1].map((gate) => ops.sigmoid(ops.add(inputs[gate] as Tensor, pasts[gate] as Tensor))) as [Tensor, Tensor];
    const n = ops.tanh(ops.add(inputs[2], ops.mul(r, pasts[2])));
    nameTensors({ r, z, n }, mark);
    return { h: ops.add(ops.mul(ops.sub(1, z), n), ops.mul(z, h)) };
  },
};
