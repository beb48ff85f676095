import { settingOutOfRange } from "../../compiler/diagnostics.ts";

/** Refuses settings of an optimizer or a penalty that are no number of at least 0. @throws GradcError `setting-out-of-range` */
export function checkAmounts(name: string, amounts: Readonly<Record<string, number>>): void {
  for (const [setting, value] of Object.entries(amounts)) {
    const fits = Number.isFinite(value) && value >= 0;
    if (!fits) throw settingOutOfRange(`Cannot use "optim.${name}"`, setting, String(value), "a number of at least 0");
  }
}
