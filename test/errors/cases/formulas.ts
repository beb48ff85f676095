// Formulas by hand that cannot be read or have no value, and functions by hand.
import { evaluate } from "../../../compiler/reading/evaluate.ts";
import { read } from "../../../compiler/reading/parse.ts";
import { make, type Tensor } from "../../../compiler/reading/tensor.ts";
import { command, definitionFile, type ErrorCase, file } from "../error-case.ts";

const net = definitionFile(`export default model("line", { x: f32("batch", 1), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`);

const values: ReadonlyMap<string, Tensor> = new Map([
  ["x", make([4, 2], new Float64Array(8))],
  ["delta_z", make([4, 3], new Float64Array(12))],
]);
const evaluated = (text: string) =>
  evaluate(read(text), { valueOf: (name) => values.get(name), derivative: () => undefined, classesOf: () => undefined, names: () => values.keys() });

export const formulaCases: readonly ErrorCase[] = [
  {
    code: "not-a-formula",
    did: "A formula in a file of claims ends too early.",
    advice: "Write what is missing. `gradc check MODEL --claim FILE` marks the other lines all the same.",
    run: () => read("xᵀ·(δ_z", { line: 3, column: 15 }),
  },
  {
    code: "formula-too-large",
    did: "A file of claims is longer than any derivation.",
    advice: "Part it into several files.",
    run: () => command(["check", net, "--claim", file("long.txt", "# ".repeat(60_000))]),
  },
  {
    code: "formula-shapes",
    did: "The matrices of a product do not fit.",
    advice: "Transpose one of them, or exchange them: rows of the left one are as long as columns of the right one.",
    run: () => evaluated("x·delta_z"),
  },
  {
    code: "not-on-the-page",
    did: "A formula uses a name that the page of the model does not have.",
    advice: "`gradc inspect MODEL` prints the names; a line before may define one.",
    run: () => evaluated("transpose(x) * delta_zz"),
  },
  {
    code: "check-failed",
    did: "A claim is wrong.",
    advice: "What is printed beside it says where; `--hints 0` leaves that out.",
    run: () => command(["check", net, "--claim", file("claims.txt", "dloss/dW_out = x' * (out - y)\n")]),
  },
  {
    code: "no-backward",
    did: "A file that should compute gradients exports no function.",
    advice: "Export one as default.",
    run: () => command(["check", net, "--against", file("nothing.ts", "export const lr = 0.1;\n")]),
  },
  {
    code: "backward-failed",
    did: "A function that computes gradients by hand throws.",
    advice: "Mend it; it is called with inputs, parameters and states in nested arrays.",
    run: () => command(["check", net, "--against", file("throws.ts", 'export default () => {\n  throw new Error("not yet");\n};\n')]),
  },
];
