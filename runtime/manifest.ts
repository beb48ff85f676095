import type { Manifest } from "./program.ts";

const slot = { name: "", dtype: "", range: { lower: 0, upper: 0 } };

/** What the runtime reads of a manifest beside shapes and places, which `machineFrom` holds against the memory: an example of each type. */
const example = {
  name: "",
  profile: "",
  inputs: [slot],
  variables: [{ ...slot, strides: [0] }],
  entries: [{ name: "", inputs: [""], results: [slot], minimum: 0, checks: [""] }],
  outputs: [""],
  targets: [""],
  standardize: [{ mean: "", deviation: "", inputs: [""] }],
};

/** Whether `value` has the types of the example: lists of such items, and objects with such members, of which objects may be left out. */
const isLike = (like: unknown, value: unknown): boolean =>
  typeof like !== "object"
    ? typeof value === typeof like
    : Array.isArray(like)
      ? (value as unknown[]).every((each) => isLike(like[0], each))
      : value === undefined || Object.entries(like as object).every(([key, member]) => isLike(member, (value as Record<string, unknown>)[key]));

/** Whether an object in JSON is a manifest, as far as its types tell. @throws TypeError where it is far from one */
export const isManifest = (value: unknown): value is Manifest => isLike(example, value);
