import { overflowing } from "../../compiler/diagnostics/gradients.ts";
import { overflowOf } from "../../compiler/frontend/scalar/overflow.ts";
import { withBodies } from "../../compiler/ir/walk.ts";
import { differentiatedBy, type Lint } from "./lint.ts";

/** Scalar functions that overflow in f32: in their slopes too, where the gradients of the program go through them. */
export const overflow: Lint = {
  code: "overflow",
  about:
    "A formula or arrow function, or its slope, is NaN or infinite in f32 where its value is not, since a part of it overflows. Write it so that the part stays finite, as `Math.log1p` and `Math.expm1` do, or choose another branch there.",
  look({ declared: { loss, scalars }, slopes }) {
    const passed = new Set(loss && slopes ? differentiatedBy(loss, slopes) : []);
    for (const node of loss ? withBodies([loss]) : []) if (node.inputs.some((input) => passed.has(input))) passed.add(node);
    return scalars.flatMap(({ source, translated, result }) => {
      const found = overflowOf(translated, passed.has(result));
      return found ? [overflowing(source, found, result)] : [];
    });
  },
};
