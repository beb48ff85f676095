// Names of the custom sections.

export const manifest = "gradc";
export const graph = "gradc.graph";
/** Holds two i32: how many bytes stand before it, and their `fingerprint`. */
export const seal = "gradc.seal";
/** Weights, as a safetensors file. */
export const state = "gradc.state";
