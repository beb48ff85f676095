import { detailed } from "../../../../compiler/diagnostics/places.ts";
import { elementAt } from "../../../../compiler/ir/element.ts";
import { withoutBodies } from "../../../../compiler/ir/walk.ts";
import { isOp } from "../../../../compiler/ops/table.ts";
import { rowSize } from "../../../constant/predictions.ts";
import { sampleOf } from "../../../constant/rows.ts";
import type { Rival } from "../constant.ts";
import { nameOf } from "../figures.ts";
import { describeFar } from "./far.ts";
import type { Beginning, TableLint } from "./lint.ts";

/** A target is reached by the last bias alone, which moves by about the learning rate in a step of adam. */
const farTarget = 30;

/** Rows that tell whether a target is far off. */
const mostRows = 10_000;

/** Targets as the loss compares them, where the model does not standardize them. */
export const unscaledTarget: TableLint = {
  code: "unscaled-target",
  about:
    "The mean of a target is further than 30 from 0, or its deviation above 30, so that it takes many steps to get there. Compare with `scale(y)` of `const scale = nn.standardize()`, and give `scale.inverse(prediction)` as the output.",
  look: (beginning) => (beginning.rival ? unscaledTargets(beginning.rival, beginning) : []),
};

function unscaledTargets({ model, constants }: Rival, { columns, rows }: Beginning): string[] {
  const compared = model.net.predict(sampleOf(model.net, rows, mostRows));
  return model.predictions.flatMap(({ node, targets }, at) => {
    const { kind, target, inputs } = elementAt(constants, at);
    const value = targets[target];
    const [input = ""] = inputs;
    const isStandardized = !value || withoutBodies([value]).some((part) => isOp(part, "state"));
    if (kind === "frequencies" || isStandardized) return [];
    const names = isOp(value, "input") ? (columns[input] ?? []) : [`what is made of ${nameOf(input, columns)}`];
    const text = describeFar(names.length === rowSize(value.shape) ? names : [input], compared[`target.${at}.${target}`] as Float32Array, farTarget);
    if (text === undefined) return [];
    const [{ text: prediction } = { text: "out" }] = [...(node.graph.names.get(node) ?? [])];
    const help = `const scale = nn.standardize();
        const target = scale(${input});
        return { outputs: { ${prediction}: scale.inverse(${prediction}) }, loss: losses.mse(${prediction}, target) };`;
    return [detailed(`the target "${input}" is not standardized, which slows training down: ${text}`, { help })];
  });
}
