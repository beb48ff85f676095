import { differentiate } from "../compiler/calculus/differentiate.ts";
import { settingOutOfRange } from "../compiler/diagnostics/settings.ts";
import { definitionOf } from "./definition.ts";
import { read, type Tensor } from "./tensor.ts";

const attempt = "Cannot differentiate";

/**
 * The gradients of the f32 scalar `y` with respect to each of `wrt`, as tensors that can be used and differentiated again. In the body of a loop
 * (`ops.scan`) they are those of one step: what it is handed by the step before is given, as if it did not depend on `wrt`.
 * @throws GradcError `non-scalar-loss`, `no-gradient`
 */
export function gradient(y: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (!Array.isArray(wrt)) throw settingOutOfRange(attempt, "wrt", "one value", "a list of tensors");
  const scalar = read(attempt, y);
  const since = scalar.graph.nodes.length;
  const gradients = differentiate(
    scalar,
    wrt.map((x) => read(attempt, x)),
  );
  definitionOf(scalar.graph)?.derivations.push({ scalar, gradients, since });
  return gradients;
}
