// Mistakes in definition files, and in scalar functions.
import { join } from "node:path";
import { compile, interpret } from "../../../src/compile.ts";
import { elementwise, f32, losses, model, nn, optim } from "../../../src/index.ts";
import { defining, definitionFile, type ErrorCase, file, folder, netFile } from "../error-case.ts";

const line = () =>
  model("net", { x: f32("batch", 4), y: f32("batch", 1) }, ({ x, y }) => {
    const out = nn.linear(x, 1, { name: "out" });
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

/** A function that takes a number of the file around it, which nothing but a definition file can tell. */
/** A model whose formulas call two weights W_net_0. */
const alike = model("alike", { x: f32("batch", 1) }, ({ x }) => {
  const y = nn.sequential(nn.linear(1), { name: "net" })(nn.linear(x, 1, { name: "net_0" }));
  return { outputs: { y }, loss: losses.mse(y, x) };
});

function unbound() {
  const slope = 0.1;
  const source = model("net", { x: f32("batch", 4) }, ({ x }) => ({ outputs: { out: elementwise((v) => v * slope)(x) } }));
  return compile(source);
}

export const sourceCases: readonly ErrorCase[] = [
  {
    code: "untranslatable",
    did: "A scalar function calls something that has no derivative rule.",
    advice: "Use the operators and the functions of `Math` that the message lists.",
    run: defining("const out = elementwise((v) => Number(v.toFixed(2)))(x);\n  return { outputs: { out } };"),
  },
  {
    code: "untranslatable",
    did: "A formula uses an operator that formulas do not have.",
    advice: "Use + - * / ^, comparisons, and the functions that the message lists.",
    run: defining('const out = elementwise("v!")(x);\n  return { outputs: { out } };'),
  },
  {
    code: "untranslatable",
    did: "A product in a formula has the sign of print.",
    advice: "Write `*` for × and `/` for ÷.",
    run: defining('const out = elementwise("v×2")(x);\n  return { outputs: { out } };'),
  },
  {
    code: "unbound-name",
    did: "A model that is not read from a file has a scalar function with a name from outside.",
    advice: "Pass the value by name, or compile the definition by its path.",
    run: unbound,
  },
  {
    code: "unbound-name",
    did: "A function in a formula was written without parentheses.",
    advice: "Write `sin(v)`.",
    run: defining('const out = elementwise("sin v")(x);\n  return { outputs: { out } };'),
  },
  {
    code: "unbound-name",
    did: "A formula has more names than there are arguments.",
    advice: "Pass the value by name, `elementwise(f, { tau })`, or another argument.",
    run: defining('const out = elementwise("v * tau")(x);\n  return { outputs: { out } };'),
  },
  {
    code: "unbound-name",
    did: "The formula of a metric has a name too many.",
    advice: "Write a formula of one name, which stands for sum / count.",
    run: defining(
      'const out = nn.linear(x, 1);\n  const metrics = { error: { sum: ops.sum(out), count: ops.sum(y), finish: "x / scale" } };\n  return { outputs: { out }, loss: losses.mse(out, y), metrics };',
    ),
  },
  {
    code: "syntax-error",
    did: "A formula ends too early.",
    advice: "Complete the formula.",
    run: defining('const out = elementwise("(v - 1")(x);\n  return { outputs: { out } };'),
  },
  {
    code: "syntax-error",
    did: "A definition is not TypeScript.",
    advice: "Mend the line that the message names.",
    run: () => compile(netFile("const out = = nn.linear(x, 1);\n  return { outputs: { out } };")),
  },
  {
    code: "syntax-error",
    did: "A layer is awaited in a definition.",
    advice: "Leave `await` out: layers and ops give their values at once.",
    run: () => compile(netFile("const out = await nn.linear(x, 1);\n  return { outputs: { out } };")),
  },
  {
    code: "file-not-found",
    did: "The path of the definition is mistyped.",
    advice: "Check the path; it is relative to the folder that the command runs in.",
    run: () => compile(join(folder, "housing.modle.ts")),
  },
  {
    code: "not-a-definition",
    did: "A table was given where a definition belongs.",
    advice: "Give the definition, and the table with `--data`.",
    run: () => compile(file("prices.csv", "size,price\n1,2\n")),
  },
  {
    code: "not-a-definition",
    did: "A compiled module was given where a definition belongs.",
    advice: "Give the `.ts` file that it was built from.",
    run: () => compile(file("built/prices.wasm", "")),
  },
  {
    code: "missing-package",
    did: "The definition imports a package that is not installed; what TypeScript says of its values follows from that.",
    advice: "Install the package beside the definition.",
    run: () =>
      compile(
        definitionFile(
          'import { scale } from "@prices/scale";\nexport default model("net", { x: f32(...scale([1], (v) => v)) }, ({ x }) => ({ outputs: { x } }));\n',
        ),
      ),
  },
  {
    code: "type-error",
    did: "The name of a layer is mistyped.",
    advice: "Mend the lines that the message names; strictness is that of the nearest tsconfig.json.",
    run: () => compile(netFile("const out = nn.linaer(x, 1);\n  return { outputs: { out } };")),
  },
  {
    code: "definition-failed",
    did: "Code of the definition throws.",
    advice: "Mend the line that the message names: the error is that of the definition, not of gradc.",
    run: () => compile(netFile('JSON.parse("{");\n  return { outputs: { x } };')),
  },
  {
    code: "definition-failed",
    did: "A layer is made with `new`, as in PyTorch, in a definition in JavaScript.",
    advice: "Layers are functions: `nn.linear(x, 1)`.",
    run: () => compile(netFile("const out = new nn.Linear(4, 1)(x);\n  return { outputs: { out } };", undefined, "net.model.js")),
  },
  {
    code: "definition-failed",
    did: "A method of a tensor is called in a definition in JavaScript.",
    advice: "Call the function: `nn.relu(x)`.",
    run: () => compile(netFile("const out = nn.linear(x, 1).relu();\n  return { outputs: { out } };", undefined, "net.model.js")),
  },
  {
    code: "no-model",
    did: "The definition exports a class as default, as in PyTorch.",
    advice: "Write `export default model(...)`.",
    run: () => compile(definitionFile("export default class Net {}\n")),
  },
  {
    code: "no-model",
    did: "The definition exports its model under a name, and none as default.",
    advice: "Write `export default model(...)`, or name the export: `--model`, `{ model }`.",
    run: () => compile(definitionFile('export const small = model("small", { x: f32("batch", 4) }, ({ x }) => ({ outputs: { x } }));\n')),
  },
  {
    code: "missing-input",
    did: "A model was interpreted without one of its inputs.",
    advice: "Give every input that the outputs depend on.",
    run: () => interpret(line(), { y: [1] }),
  },
  {
    code: "unknown-name",
    did: "A model was interpreted with an input of another name.",
    advice: "Use a name from the list.",
    // @ts-expect-error: there is no input "z"
    run: () => interpret(line(), { z: [1] }),
  },
  {
    code: "unknown-name",
    did: "A gradient was asked for by a name that is none of the model's.",
    advice: "Use a name from the list.",
    run: () => compile(line(), { wrt: ["out.wieght"], optimizer: optim.adam() }),
  },
  {
    code: "unknown-name",
    did: "A gradient was asked for by a name of formulas, which is that of two parameters.",
    advice: "Write the name of the one that is meant.",
    run: () => compile(alike, { wrt: ["W_net_0"] }),
  },
];
