// Loops over the elements of sequences. What a step computes is nodes over slots, which stand for what it is given.
//
//   h = loop(h₀, X, W, U){h'}, h' = tanh(x·W + h·U), x and h slots      stack(h){h'} = all h_t       last(h){h'} = h_T
//
// A loop is made of what its steps hand on. Who wants a value of all steps, or of the last one, asks for it by a node of its own, so that a loop has
// no list of results: what nobody asks for does not exist. What depends on no slot is outside of the loop and an input, so it is computed once.
import { InternalError } from "../../runtime/error.ts";
import { shapeMismatch } from "../diagnostics/tensors.ts";
import { call, variable } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { sameShape, type TensorType } from "../ir/type.ts";
import type { Op } from "./op.ts";
import type { OpParams } from "./params.ts";

const attempt = "Cannot make a loop";

/** The interpreter runs loops itself. */
const evaluate = (): never => {
  throw new InternalError("A loop was evaluated as if it were one value");
};

const slot: Op<OpParams["slot"]> = {
  type: (_, { dtype, shape }) => ({ dtype, shape }),
  varies: ({ loop }) => loop,
  evaluate,
  gradient: null,
  formula: (_, { name }) => variable(name),
  samples: [],
};

/** All of a loop's steps: [carries at the start, sequences, what the body takes from outside], and what a step hands on. Its value is of no use. */
const repeat: Op<OpParams["loop"]> = {
  type(inputs, { steps, carries, sequences }, body) {
    const starts = inputs.slice(0, carries.length);
    const along = inputs.slice(carries.length, carries.length + sequences);
    if (body.length !== carries.length || starts.length !== carries.length)
      throw new InternalError(`A loop of ${carries} hands on ${body.length} values`);
    for (const [i, start] of starts.entries()) checkNext(start, elementAt(body, i));
    const shapes = along.map(({ shape }) => shape);
    if (shapes.some(([extent]) => extent !== steps)) throw shapeMismatch(attempt, shapes, `${steps} elements along the first axis`);
    return { dtype: "f32", shape: [] };
  },
  binds: ({ loop, carries, sequences }) => ({ loop, own: carries.length + sequences }),
  evaluate,
  gradient: null,
  formula: () => call("loop", []),
  samples: [],
};

function checkNext(start: TensorType, next: TensorType): void {
  if (start.dtype === next.dtype && sameShape(start.shape, next.shape)) return;
  throw shapeMismatch(attempt, [next.shape, start.shape], "what a step hands on as the first step is given it");
}

/** A value of the body in all steps, [steps, ...]. */
const stack: Op<OpParams["stack"]> = {
  type: (_, { steps }, body) => ({ dtype: elementAt(body, 0).dtype, shape: [steps, ...elementAt(body, 0).shape] }),
  binds: ({ loop }) => ({ loop, own: 1 }),
  evaluate,
  gradient: null,
  formula: ([x]) => x ?? variable("stack"),
  samples: [],
};

/** What the last step hands on. */
const last: Op<OpParams["last"]> = {
  type: (_, __, body) => elementAt(body, 0),
  binds: ({ loop }) => ({ loop, own: 1 }),
  evaluate,
  gradient: null,
  formula: ([x]) => x ?? variable("last"),
  samples: [],
};

export const loop = { slot, loop: repeat, stack, last };
