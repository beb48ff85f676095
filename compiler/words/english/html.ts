// What else stands on pages of HTML.

export const html = {
  contents: "Contents",
  source: "Source",
  /** Heads of the columns of the table of symbols. */
  columns: { symbol: "symbol", what: "what it is", shape: "shape", value: "value", place: "written at" },
  lines: (count: number): string => `${count} ${count === 1 ? "line" : "lines"}`,
  /** How symbols are marked. */
  marking: "A symbol that is pointed at, or chosen in the table of symbols, is marked wherever it stands; Escape ends that.",
  /** What the numbers beside lines are. */
  numbers: "Numbers in colour are the values for the example, to five digits; places in tables of them count from 0.",
  /** Before the numbers of that step of a loop. */
  step: (t: number): string => `t = ${t}`,
  /** Behind the first elements of a value of that shape, before all of them. */
  shaped: (shape: string): string => `of ${shape}`,
  /** Behind the first elements of a value of that shape, where so many others are not shown. */
  more: (count: number, shape: string): string => `${count.toLocaleString("en")} more of ${shape}`,
};
