// Mistakes in what a user writes with: names, initial values, losses, optimizers, scalar functions, printed formulas.
import type { Mutant } from "./mutant.ts";

const scalar = (file: string) => `compiler/frontend/scalar/${file}.ts`;
const arrows = ["test/compiler/frontend/scalar/to-graph.test.ts"];
const printed = ["test/compiler/formula/print.test.ts"];

export const languageMutants: readonly Mutant[] = [
  {
    name: "names: the second layer of an expression has the name of the first",
    file: "src/names.ts",
    from: "expression.count += count > 0 ? 1 : Math.max(item.positions ?? 1, 1);",
    to: "",
    tests: ["test/src/names.test.ts"],
  },
  {
    name: "names: a layer beside a sequence has the name of one of its positions",
    file: "src/names.ts",
    from: "Math.max(item.positions ?? 1, 1)",
    to: "1",
    tests: ["test/src/definition-file.test.ts"],
  },
  {
    name: "names: layers of a loop are not numbered",
    file: "src/names.ts",
    from: "if (site.name !== undefined) return [site.name, ...number];",
    to: "if (site.name !== undefined) return [site.name];",
    tests: ["test/src/names.test.ts"],
  },
  {
    name: "initial values: the bound of xavierUniform",
    file: "src/nn/init.ts",
    from: "symmetric(Math.sqrt(6 / (fans.in + fans.out)))",
    to: "symmetric(Math.sqrt(3 / (fans.in + fans.out)))",
    tests: ["test/src/nn.test.ts", "test/src/variables.test.ts", "test/pytorch/random.test.ts"],
  },
  {
    name: "initial values: the bound of linear layers",
    file: "src/nn/init.ts",
    from: "fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0",
    to: "fanIn > 0 ? 1 / fanIn : 0",
    tests: ["test/src/nn.test.ts", "test/src/variables.test.ts", "test/pytorch/random.test.ts"],
  },
  {
    name: "loss: rows that are ignored count in the mean",
    file: "src/losses/cross-entropy.ts",
    from: 'own ? ops.where(valid, own, 0) : ops.cast(valid, "f32")',
    to: 'own ? ops.where(valid, own, 0) : ops.cast(ops.compare(y, y, "eq"), "f32")',
    tests: ["test/src/losses.test.ts", "test/pytorch/losses.test.ts"],
  },
  {
    name: "loss: label smoothing adds up to more than 1",
    file: "src/losses/cross-entropy.ts",
    from: "ops.add(ops.mul(1 - s, target), s / classes)",
    to: "ops.add(target, s / classes)",
    tests: ["test/pytorch/losses.test.ts", "test/src/losses.test.ts"],
  },
  {
    name: "loss: bce holds no logarithm above its bound",
    file: "src/losses/binary.ts",
    from: 'where(compare(x, leastProbability, "le"), -100, log(x))',
    to: "log(x)",
    tests: ["test/src/losses.test.ts", "test/pytorch/losses.test.ts"],
  },
  {
    name: "adam: the second moment is corrected like the first",
    file: "src/optim/adam.ts",
    from: "ops.sqrt(bias(beta2, t))",
    to: "ops.sqrt(bias(beta1, t))",
    tests: ["test/src/optim.test.ts", "test/pytorch/optim.test.ts"],
  },
  {
    name: "adamw: weight decay is not scaled by the learning rate",
    file: "src/optim/adam.ts",
    from: "ops.sub(1, ops.mul(lr, hyper.weightDecay))",
    to: "ops.sub(1, hyper.weightDecay)",
    tests: ["test/src/optim.test.ts", "test/pytorch/optim.test.ts"],
  },
  {
    name: "sgd: nesterov takes all of the buffer",
    file: "src/optim/sgd.ts",
    from: "ops.add(g, ops.mul(momentum, next))",
    to: "ops.add(g, next)",
    tests: ["test/src/optim.test.ts", "test/pytorch/optim.test.ts"],
  },
  {
    name: "clip: each gradient has a norm of its own",
    file: "src/optim/clip.ts",
    from: "rest.reduce(ops.add, first)",
    to: "first",
    tests: ["test/src/optim.test.ts", "test/pytorch/optim.test.ts"],
  },
  {
    name: "scalar functions: NaN is true",
    file: scalar("operations"),
    from: 'build.compare(build.abs(x), build.fill(x, 0), "gt"));',
    to: 'build.compare(x, build.fill(x, 0), "ne"));',
    tests: arrows,
  },
  {
    name: "scalar functions: `x && y` is y",
    file: scalar("operations"),
    from: "select(x, y, x)",
    to: "select(x, y, y)",
    tests: arrows,
  },
  {
    name: "scalar functions: an if without else goes on with its branch",
    file: scalar("from-javascript"),
    from: "statement.alternate ? statements(scope, [statement.alternate], 0, next) : next()",
    to: "statement.alternate ? statements(scope, [statement.alternate], 0, next) : then",
    tests: ["test/compiler/frontend/scalar/from-javascript.test.ts", ...arrows],
  },
  {
    name: "scalar formulas: a < b < c compares the outer two",
    file: scalar("from-formula"),
    from: "apply(operation, [elementAt(operands, i), elementAt(operands, i + 1)])",
    to: "apply(operation, [elementAt(operands, 0), elementAt(operands, i + 1)])",
    tests: ["test/compiler/frontend/scalar/from-formula.test.ts"],
  },
  {
    name: "printed formulas: x - (y - z) without parentheses",
    file: "compiler/formula/notation.ts",
    from: `\${n.infix("-")}\${at(series, y)}`,
    to: `\${n.infix("-")}\${at(sum, y)}`,
    tests: [...printed, "test/compiler/describe/models.test.ts"],
  },
  {
    name: "printed formulas: x + -y loses its sign",
    file: "compiler/formula/tidy.ts",
    from: 'operator(op === "+" ? "-" : "+", x, positive)',
    to: "operator(op, x, positive)",
    tests: ["test/compiler/formula/tidy.test.ts"],
  },
  {
    name: "printed formulas: a sum over n is called a mean whatever n is",
    file: "compiler/describe/form.ts",
    from: "divisorOf(bound.n) === count ? reduction : undefined",
    to: "divisorOf(bound.n) !== undefined ? reduction : undefined",
    tests: ["test/compiler/describe/forms.test.ts", "test/compiler/describe/models.test.ts"],
  },
];
