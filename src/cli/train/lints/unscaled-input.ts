import { detailed } from "../../../../compiler/diagnostics/places.ts";
import { describeFar } from "./far.ts";
import type { TableLint } from "./lint.ts";

/** A feature whose mean is further than this from 0 or whose deviation is this many times off 1 slows training down. */
const farFeature = 5;

/** Columns of inputs that the model does not standardize. */
export const unscaledInput: TableLint = {
  code: "unscaled-input",
  about:
    "The mean of a column is further than 5 from 0, or its deviation above 5 or below 1/25, and the model reads it as it is, which slows training down. Write `const scaled = nn.standardize(x)`.",
  look({ manifest: { inputs, targets, standardize }, columns, rows }) {
    const scaled = new Set([...targets, ...standardize.flatMap(({ inputs: read }) => read)]);
    return inputs.flatMap(({ name, dtype }) => {
      const text = dtype === "f32" && !scaled.has(name) ? describeFar(columns[name] ?? [], rows[name] as Float32Array, farFeature) : undefined;
      const problem = `the input "${name}" is not standardized, which slows training down: ${text}`;
      return text === undefined ? [] : [detailed(problem, { help: `const scaled = nn.standardize(${name});` })];
    });
  },
};
