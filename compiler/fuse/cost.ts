import type { Node } from "../ir/node.ts";
import { fromScalars } from "../ops/elementwise.ts";
import { type OpName, opOf } from "../ops/table.ts";

/** What it costs to compute one element again where it is used, in units of one addition. */
export type Role =
  /** Only says where an element comes from, or is a constant: never worth a buffer. */
  | "free"
  | "cheap"
  | "costly"
  /** Combines many elements into one: always computed once. */
  | "reduction";

/** What costs as many additions is worth keeping. */
const costly = 4;

const roles: Record<OpName, Role> = {
  input: "free",
  parameter: "free",
  state: "free",
  constant: "free",
  iota: "free",
  size: "free",
  training: "free",
  random: "cheap",
  ...fromScalars(({ cost }): Role => (cost < costly ? "cheap" : "costly")),
  compare: "cheap",
  where: "cheap",
  cast: "cheap",
  oneHot: "cheap",
  contract: "reduction",
  sum: "reduction",
  max: "reduction",
  argmax: "reduction",
  fold: "reduction",
  scatterAdd: "reduction",
  reshape: "free",
  permute: "free",
  broadcast: "free",
  slice: "free",
  pad: "free",
  flip: "free",
  concat: "cheap",
  window: "free",
  gather: "free",
  stopGradient: "free",
  slot: "free",
  loop: "reduction",
  stack: "free",
  last: "free",
  recompute: "free",
  barrier: "free",
  withGradient: "free",
};

const weights: Record<Role, number> = { free: 0, cheap: 1, costly: 8, reduction: 0 };

export const roleOf = (node: Node): Role => roles[opOf(node)];
export const weightOf = (node: Node): number => weights[roles[opOf(node)]];

/** A reduction that is no part of another member's walk: it is computed whole, in a kernel of its own. */
export const isWholeReduction = ({ op }: Node): boolean => op === "contract" || op === "fold" || op === "scatterAdd";

/** Sources are loaded from memory or are constants; they are never computed. */
export const isSource = (node: Node): boolean => node.inputs.length === 0;
