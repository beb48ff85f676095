// What a training warns about, beside what is said of its definition.
import type { Described } from "../../../lints/lint.ts";
import { collapsedColumn } from "./collapsed-column.ts";
import { constantColumn } from "./constant-column.ts";
import { constantTarget } from "./constant-target.ts";
import { indexColumn } from "./index-column.ts";
import type { TableLint } from "./lint.ts";
import { noBetterThanConstant } from "./no-better-than-constant.ts";
import { rateTooHigh } from "./rate-too-high.ts";
import { squaredClasses } from "./squared-classes.ts";
import { targetAmongInputs } from "./target-among-inputs.ts";
import { unknownCategory } from "./unknown-category.ts";
import { unscaledInput } from "./unscaled-input.ts";
import { unscaledTarget } from "./unscaled-target.ts";
import { unusedClass } from "./unused-class.ts";

/** Those that look at the table before the training, in the order in which their warnings are given. */
export const tableLints: readonly TableLint[] = [
  unusedClass,
  unknownCategory,
  unscaledInput,
  unscaledTarget,
  collapsedColumn,
  constantTarget,
  squaredClasses,
  targetAmongInputs,
  constantColumn,
  indexColumn,
];

const all: readonly Described[] = [...tableLints, rateTooHigh, noBetterThanConstant];

/** The kinds of warnings that a training alone gives. */
export const kinds: readonly Described[] = all.filter((kind) => kind !== squaredClasses);

/** The codes of all that it gives, which `--allow` takes. */
export const codes: readonly string[] = all.map(({ code }) => code);
