// Mistakes in the body of a definition.
import { compile } from "../../../src/compile.ts";
import { f32, losses, model, nn, optim } from "../../../src/index.ts";
import type { Tensor } from "../../../src/tensor.ts";
import { defining, definingUntyped, definitionFile, type ErrorCase, netFile, rows } from "../error-case.ts";

export const definitionCases: readonly ErrorCase[] = [
  {
    code: "shape-mismatch",
    did: "A parameter of another width was added to the output of a layer.",
    advice: "Change the layer that the message names, or the other operand, so that the extents agree from the last axis on.",
    run: defining("const hidden = nn.linear(x, 5);\n  const out = ops.add(hidden, parameter([4]));\n  return { outputs: { out } };"),
  },
  {
    code: "shape-mismatch",
    did: "Two matrices were multiplied whose inner extents differ.",
    advice: "Transpose an operand, or change the layer that fixed its width.",
    run: defining("const hidden = nn.linear(x, 5);\n  const out = ops.matmul(hidden, parameter([4, 3]));\n  return { outputs: { out } };"),
  },
  {
    code: "shape-mismatch",
    did: "A convolution was applied to a table of features.",
    advice: "Declare the input as images, or reshape it to `[batch, channels, h, w]` first.",
    run: defining("const out = nn.conv2d(x, 8, 3);\n  return { outputs: { out } };"),
  },
  {
    code: "shape-mismatch",
    did: "A tensor was reshaped to a shape with another number of elements.",
    advice: "Choose a shape with as many elements, or let one extent be -1.",
    run: defining('const out = ops.reshape(x, ["batch", 5]);\n  return { outputs: { out } };'),
  },
  {
    code: "dtype-mismatch",
    did: "Rows of a table were looked up with numbers that are f32.",
    advice: "Declare the index as `i32`, or convert it with `ops.cast`.",
    run: defining("const out = ops.gather(parameter([10, 3]), y);\n  return { outputs: { out } };"),
  },
  {
    code: "scan-body",
    did: "The body of a loop gave no next value for what it is handed.",
    advice: "Return `{ carry, outputs }` from the body, with a next value under the name of each carry.",
    run: definingUntyped(
      "const { carry } = ops.scan(({ carry: { h }, inputs: { x } }) => ({ carry: {} }), { carry: { h: 0 }, inputs: { x }, dim: 1 });\n  return { outputs: { out: carry.h } };",
    ),
  },
  {
    code: "scan-body",
    did: "A value of one step of a loop was used outside of it.",
    advice: "Give it as an output of the body: it is stacked over the steps.",
    run: definingUntyped(
      "let kept;\n  ops.scan(({ carry: { h } }) => ({ carry: { h: (kept = ops.add(h, 1)) } }), { carry: { h: 0 }, length: 3 });\n  return { outputs: { out: kept } };",
    ),
  },
  {
    code: "dynamic-dimension",
    did: "A layer would need weights for each row of the batch.",
    advice: "Permute the axes so that one of a fixed extent is there.",
    run: defining("const out = nn.linear(ops.transpose(x), 3);\n  return { outputs: { out } };"),
  },
  {
    code: "axis-out-of-range",
    did: "A sum was taken along an axis that the tensor does not have.",
    advice: "Count axes from 0, or from the end with -1.",
    run: defining("const out = ops.sum(x, { dim: 2 });\n  return { outputs: { out } };"),
  },
  {
    code: "empty-axis",
    did: "The largest of no elements was asked for.",
    advice: "Give the axis at least one element.",
    run: defining("const out = ops.amax(x, { dim: 1 });\n  return { outputs: { out } };", 'x: f32("batch", 0)'),
  },
  {
    code: "setting-out-of-range",
    did: "A layer was given a probability above 1.",
    advice: "Choose a value that the message allows.",
    run: defining("const out = nn.dropout(x, 50);\n  return { outputs: { out } };"),
  },
  {
    code: "unknown-option",
    did: "The name of an option is mistyped, in JavaScript, where no type stands in the way.",
    advice: "Use a name from the list.",
    run: definingUntyped("const out = nn.linear(x, 1, { bais: false });\n  return { outputs: { out } };"),
  },
  {
    code: "unknown-lint",
    did: "A warning is allowed by a code that is mistyped.",
    advice: "Use a code of `docs/lints.md`; each warning ends with its own.",
    run: defining("const out = nn.linear(x, 1);\n  return { outputs: { out } };", undefined, { allow: ["two-linear-layer"] }),
  },
  {
    code: "invalid-labels",
    did: "An einsum labels another number of tensors than it has.",
    advice: 'Write one group of letters for each tensor, as in `ops.einsum("bi,ij->bj", x, w)`.',
    run: defining('const out = ops.einsum("bi,ij->bj", x);\n  return { outputs: { out } };'),
  },
  {
    code: "non-scalar-loss",
    did: "The loss is one number for each row.",
    advice: "Return the mean or the sum.",
    run: defining('const out = nn.linear(x, 1);\n  return { outputs: { out }, loss: losses.mse(out, y, { reduction: "none" }) };'),
  },
  {
    code: "no-gradient",
    did: "A gradient was asked for with respect to something that the result does not depend on.",
    advice: "Check for `stopGradient`, rounding or comparisons on the way, or leave the name out of `wrt`.",
    run: defining("const out = nn.linear(stopGradient(x), 1);\n  return { outputs: { out }, loss: losses.mse(out, y) };", rows, { wrt: ["x"] }),
  },
  {
    code: "no-gradient",
    did: "An optimizer was asked for, and the loss reaches no parameter by a gradient: the prediction is rounded inside of it.",
    advice: "Keep the loss smooth, and round the output alone; the message names the op where the gradient ends.",
    run: defining("const price = nn.linear(x, 1);\n  const out = ops.round(price);\n  return { outputs: { out }, loss: losses.mse(out, y) };", rows, {
      optimizer: optim.sgd(),
    }),
  },
  {
    code: "no-gradient",
    did: "An optimizer was asked for, and all parameters are frozen.",
    advice: "Leave some of them out of `freeze`, or compile without an optimizer.",
    run: defining("const out = nn.linear(x, 1);\n  return { outputs: { out }, loss: losses.mse(out, y) };", rows, {
      optimizer: optim.sgd(),
      freeze: ["*"],
    }),
  },
  {
    code: "own-gradient",
    did: "The gradient that `withGradient` is given makes one gradient for a function of two inputs.",
    advice:
      "Return a list with a gradient for each input, null where there is none. What else the function depends on must be an input too, or be stopped.",
    run: defining("const mean = withGradient((a, b) => ops.div(ops.add(a, b), 2), (delta) => delta);\n  return { outputs: { out: mean(x, x) } };"),
  },
  {
    code: "loss-not-of-sums",
    did: "Gradients were to be accumulated of a loss that takes the largest error of all rows.",
    advice: "Accumulated gradients are those of a loss that is made of sums over rows, such as a mean, of which each call adds its part.",
    run: defining("const out = nn.linear(x, 1);\n  return { outputs: { out }, loss: ops.amax(ops.abs(ops.sub(out, y))) };", rows, {
      optimizer: optim.sgd(),
      accumulate: 4,
    }),
  },
  {
    code: "outside-definition",
    did: "A parameter was declared outside of the body of a model.",
    advice: "Move it into the body, which runs once in each compilation.",
    run: () =>
      compile(
        definitionFile(
          'const shared = parameter([4]);\nexport default model("net", { x: f32("batch", 4) }, ({ x }) => ({ outputs: { out: ops.add(x, shared) } }));\n',
        ),
      ),
  },
  {
    code: "foreign-tensor",
    did: "A tensor was kept from one run of the body and used in the next.",
    advice: "Make every tensor inside of the body that uses it.",
    run: usedTwice,
  },
  {
    code: "not-a-tensor",
    did: "A layer was used where its result was meant.",
    advice: "Apply the layer: `nn.relu(x)` in place of `nn.relu`.",
    run: definingUntyped("const out = ops.exp(nn.linear(3));\n  return { outputs: { out } };"),
  },
  {
    code: "not-a-tensor",
    did: "A layer was applied to something that is not there.",
    advice: "Check where the value of the first argument comes from.",
    run: definingUntyped("const found = [x].find(() => false) ?? null;\n  const out = nn.linear(found, 1);\n  return { outputs: { out } };"),
  },
  {
    code: "invalid-name",
    did: "A model was named with a space.",
    advice: "Start with a letter; then letters, digits, `_` and `-`.",
    run: () => model("my net", { x: f32("batch", 4) }, ({ x }) => ({ outputs: { x } })),
  },
  {
    code: "invalid-name",
    did: "A model was given no name.",
    advice: "Begin with the name.",
    // @ts-expect-error
    run: () => model({ x: f32("batch", 4) }, ({ x }) => ({ outputs: { x } })),
  },
  {
    code: "invalid-dimension",
    did: 'An input has "batch" in second place.',
    advice: 'Put `"batch"` first, and whole numbers after it.',
    // @ts-expect-error: "batch" stands first
    run: () => model("net", { x: f32(4, "batch") }, ({ x }) => ({ outputs: { x } })),
  },
  {
    code: "missing-loss",
    did: "An optimizer was asked for, and the model has no loss.",
    advice: "Return a loss from the body, or build without an optimizer for prediction alone.",
    run: defining("const out = nn.linear(x, 1);\n  return { outputs: { out } };", rows, { optimizer: optim.adam() }),
  },
  {
    code: "invalid-result",
    did: "The body returns a tensor and not a record of outputs.",
    advice: "Return `{ outputs: { name: tensor }, loss, metrics }`.",
    run: definingUntyped("return nn.linear(x, 1);"),
  },
  {
    code: "invalid-result",
    did: "The outputs have no names.",
    advice: "Write `{ outputs: { out } }`: a compiled net gives its outputs by name.",
    run: definingUntyped("const out = nn.linear(x, 1);\n  return { outputs: out };"),
  },
  {
    code: "invalid-result",
    did: "The body is async.",
    advice: "Load what the body needs before `model` is called.",
    run: () => compile(definitionFile(asyncBody, "net.model.js")),
  },
  {
    code: "duplicate-name",
    did: "Two layers were given one name.",
    advice: "Give one of them a variable of its own, or another `{ name }`.",
    run: defining('const a = nn.linear(x, 3, { name: "dense" });\n  const out = nn.linear(a, 1, { name: "dense" });\n  return { outputs: { out } };'),
  },
  {
    code: "layer-not-applied",
    did: "The weight of a layer was read before the layer was applied.",
    advice: "Apply the layer first: only then is its width known.",
    run: defining("const tied = nn.linear(4);\n  const out = ops.matmul(x, tied.weight);\n  return { outputs: { out } };"),
  },
  {
    code: "no-such-parameter",
    did: "The bias of a layer without bias was read.",
    advice: "Leave `bias: false` out, or do without the bias.",
    run: defining(
      "const dense = nn.linear(4, { bias: false });\n  const hidden = dense(x);\n  return { outputs: { out: ops.add(hidden, dense.bias) } };",
    ),
  },
  {
    code: "layer-width",
    did: "One layer was applied to two widths.",
    advice: "Make a second layer: `nn.linear(3)` for each width.",
    run: defining("const dense = nn.linear(3);\n  const hidden = dense(x);\n  const out = dense(hidden);\n  return { outputs: { out } };"),
  },
  {
    code: "standardize-of-parameter",
    did: "A hidden layer was standardized: its values change with each step.",
    advice: "Standardize inputs or targets, or what is made of them; freeze the parameters that come before.",
    run: () =>
      compile(
        model("net", { x: f32("batch", 4), y: f32("batch", 1) }, ({ x, y }) => {
          const out = nn.linear(nn.standardize(nn.linear(x, 3, { name: "hidden" })), 1, { name: "out" });
          return { outputs: { out }, loss: losses.mse(out, y) };
        }),
        { optimizer: optim.sgd() },
      ),
  },
  {
    code: "standardize-mixes-rows",
    did: "Values less the mean of their batch were standardized.",
    advice: "Leave the mean to `nn.standardize`, which takes it over all rows.",
    run: defining("const out = nn.standardize(ops.sub(x, ops.mean(x, { dim: 0, keepDim: true })));\n  return { outputs: { out } };"),
  },
  {
    code: "inferred-width",
    did: "A layer was written in PyTorch's order, which begins with the width of its input.",
    advice: "Leave the width out: it is that of the tensor that the layer is applied to.",
    run: definingUntyped("const out = nn.linear(12, 5)(x);\n  return { outputs: { out } };"),
  },
  {
    code: "loss-shape",
    did: "A prediction of one column was compared with a target without columns.",
    advice: "Make both shapes equal; nothing is repeated to fit, because that would compare every row with every other.",
    run: defining("const out = nn.linear(x, 1);\n  return { outputs: { out }, loss: losses.mse(out, y) };", 'x: f32("batch", 4), y: f32("batch")'),
  },
  {
    code: "invalid-init",
    did: "A kind of initial value does not exist.",
    advice: "Choose one of the kinds, a number, data of the shape, `{ uniform: [a, b] }` or `{ normal: [mean, deviation] }`.",
    run: definingUntyped('const out = nn.linear(x, 1, { init: "glorot" });\n  return { outputs: { out } };'),
  },
  {
    code: "invalid-init",
    did: "The bounds of random numbers are in the wrong order.",
    advice: "Write the lower bound first.",
    run: defining("const out = nn.linear(x, 1, { init: { uniform: [1, -1] } });\n  return { outputs: { out } };"),
  },
  {
    code: "operator-on-tensor",
    did: "Two tensors were subtracted with JavaScript's operator. JavaScript would make NaN of it.",
    advice: "Write `ops.sub(out, y)`, or `elementwise((p, y) => p - y)(out, y)` for a longer formula.",
    // Read alone: what is read with it would not be read either.
    run: () =>
      compile(netFile("const out = nn.linear(x, 1);\n  return { outputs: { out }, loss: ops.mean(ops.square(out - y)) };", rows, "net.model.js")),
  },
  {
    code: "operator-on-tensor",
    did: "A layer was used as if it were its result.",
    advice: "Apply the layer: `nn.linear(1)(x)` or `nn.linear(x, 1)`.",
    run: definingUntyped("const dense = nn.linear(1);\n  const out = ops.mul(2 * dense, x);\n  return { outputs: { out } };"),
  },
  {
    code: "operator-on-tensor",
    did: "A comparison of tensors decided in the body, which runs once, when there are no values yet.",
    advice: "Choose with `ops.where`, which decides for each element when the model runs.",
    // Read alone: what is read with it would not be read either.
    run: () => compile(netFile('const out = ops.compare(x, 0, "gt") ? x : ops.neg(x);\n  return { outputs: { out } };')),
  },
  {
    code: "unknown-name",
    did: "An option names a parameter that the model does not have.",
    advice: "Use a name from the list; `gradc inspect` prints them with their formulas.",
    run: defining("const hidden = nn.linear(x, 1);\n  return { outputs: { hidden }, loss: losses.mse(hidden, y) };", rows, { freeze: ["encoder.*"] }),
  },
];

const asyncBody = 'export default model("net", { x: f32("batch", 4) }, async ({ x }) => ({ outputs: { x } }));\n';

/** Keeps the tensor of one compilation for the next. */
async function usedTwice(): Promise<unknown> {
  let kept: Tensor | undefined;
  const source = model("net", { x: f32("batch", 4), y: f32("batch", 4) }, ({ x, y }) => {
    kept ??= nn.tanh(x);
    return { outputs: { kept }, loss: losses.mse(kept, y) };
  });
  await compile(source);
  return compile(source);
}
