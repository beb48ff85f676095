// What stands around the lines of a page: titles, the table of symbols, what a rule is of.

export const page = {
  titles: {
    forward: "Forward",
    stable: "The same, without overflow",
    predicted: "When it predicts",
    errors: "Errors",
    gradients: "Gradients",
    updates: "Updates",
    symbols: "Symbols",
    conventions: "Conventions",
    rewrites: "Rewrites",
  },
  /** Kinds of symbols. */
  kinds: { input: "input", parameter: "parameter", state: "state", value: "value", error: "error", table: "constant" },
  /** What stands behind a shape: nothing for the usual numbers. */
  dtypes: { f32: "", i32: " whole", bool: " 0 or 1" },
  /** What stands behind the shape of what changes from step to step, by how many steps there are. */
  atSteps: (steps: number): string => ` at ${steps} step${steps === 1 ? "" : "s"}`,
  /** A shape without axes. */
  scalar: "a number",
  /** Before the definitions of what a line uses. */
  where: "where",
  /** The words of `{a if c, else b}` where it stands in two rows. */
  cases: { if: "if ", else: "else" },
  /** What the last line of a rule is of: `with g = ∂loss/∂w, for each w of …`. `say` writes words among formulas. */
  ruleOf: (gradient: string, w: string, names: string, say: (words: string) => string): string =>
    `${say("with ")}${gradient}${say(", for each ")}${w}${say(" of ")}${names}`,
  /** What an error of a loss is, by the name of what it is at, or where that has none of the layer, value or parameter `name` of which it is known. */
  errorAt: (loss: string, full: string | undefined, name: string, at?: "layer" | "sum"): string =>
    `∂${loss} by ${full ?? (at === "layer" ? `what the layer of ${name} gives` : at === "sum" ? `the sum with ${name}` : `${name} before its activation`)}`,
  /** What a parameter is cut into. */
  partsOf: (names: readonly string[], whole: string): string =>
    `${names.join(", ")} are ${whole} cut into ${names.length} equal parts along its last axis, in this order.`,
  /** What the states of rules are before the first step. */
  stateStarts: (names: readonly string[], start: string, w: string | undefined): string =>
    `${names.join(", ")} ${names.length > 1 ? "are" : "is"} ${start} before the first step${w === undefined ? "" : `, in the shape of ${w}`}.`,
  /** What the signs of a page with vectors as columns mean. */
  columnVectors:
    "vectors are columns: each example is a column, each matrix the transpose of what it is in the module, so that W_ij goes from j to i; functions of a last axis go along columns",
  /** What signs of `signs` mean there. */
  columnSigns: {
    hadamard: "⊙, / and powers go element by element; a vector goes down every column, what has a number for each example goes along the examples.",
    series: "Σ_i goes down the columns of what follows, Σ_batch over the examples. A Σ reaches over ⊙, · and /, not over + and −.",
  },
  /** In place of the elements of a large table. */
  inJson: (count: number): string => `${count} numbers, whole in --format json as its table`,
  /** Behind the first of so many elements. */
  inAll: (count: number): string => `${count} in all`,
};
