// Where the rows of a computation are in a value.

/** `rows`: row i depends on row i of the inputs only, and lies along `axis`. */
export type Kind = { readonly kind: "free" | "sum" | "total" | "mixed" } | { readonly kind: "rows"; readonly axis: number };
export type Rows = Extract<Kind, { kind: "rows" }>;

export const free: Kind = { kind: "free" };
export const sum: Kind = { kind: "sum" };
export const total: Kind = { kind: "total" };
export const mixed: Kind = { kind: "mixed" };
export const rows = (axis: number): Kind => (axis < 0 ? mixed : { kind: "rows", axis });
