// Targets of which a loss squares the difference of a probability, where they are 0 or 1 in all rows: classes by another name.
import { comparisonsIn } from "../../../compiler/calculus/comparisons.ts";
import { isOp } from "../../../compiler/ops/table.ts";
import type { Manifest } from "../../../runtime/index.ts";
import { entryNamed } from "../../../runtime/program.ts";
import type { Rows } from "../../constant/rows.ts";
import { squaredIn } from "../../lints/squared-error-of-classes.ts";
import { openModule } from "../../open.ts";

/** A target that holds classes, and the function whose difference from it is squared. */
export interface SquaredTarget {
  readonly target: string;
  readonly by: string;
}

/** Such targets among `rows` of the module; none where that holds no graph. */
export async function squaredTargets(wasm: Uint8Array, { inputs, targets }: Manifest, rows: Rows): Promise<SquaredTarget[]> {
  const binary = inputs.flatMap(({ name, dtype }) => (dtype === "f32" && targets.includes(name) && isBinary(rows[name]) ? [name] : []));
  if (binary.length === 0) return [];
  const opened = await openModule(wasm as Uint8Array<ArrayBuffer>).catch(() => undefined);
  const loss = opened && entryNamed(opened.program.entries, "gradients")?.results[0]?.node;
  if (!loss) return [];
  return squaredIn(loss, comparisonsIn(loss, [])).flatMap(({ by, target }) =>
    isOp(target, "input") && binary.includes(target.params.name) ? [{ target: target.params.name, by }] : [],
  );
}

const isBinary = (values: Rows[string] | undefined): boolean => values?.every((value) => value === 0 || value === 1) ?? false;
