import { badOption } from "./diagnostics.ts";

/** Refuses what is no whole number of that range. @throws GradcError `bad-option` */
export function checkWhole(name: string, value: number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most < Number.POSITIVE_INFINITY ? ` from ${least} to ${most}` : least > Number.NEGATIVE_INFINITY ? ` of at least ${least}` : "";
  throw badOption(name, value, `a whole number${range}`);
}
