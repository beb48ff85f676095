import { policies } from "../../../augment/policies.ts";

/** What a sheet shows beside the ops themselves. */
export const shownPolicies: readonly string[] = [...Object.keys(policies), "randAugment", "trivialAugmentWide"];
