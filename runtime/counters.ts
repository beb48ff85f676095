// The variables that every module has: i32[] each.

/** The host writes it before `init`. */
export const seed = "#seed";
/** `step` counts the steps. */
export const step = "#step";
