import type { Node } from "../ir/node.ts";
import { type OpName, opOf } from "../ops/table.ts";

/** What it costs to compute one element again where it is used, in units of one addition. */
export type Role =
  /** Only says where an element comes from, or is a constant: never worth a buffer. */
  | "free"
  | "cheap"
  | "costly"
  /** Combines many elements into one: always computed once. */
  | "reduction";

const roles: Record<OpName, Role> = {
  input: "free",
  parameter: "free",
  state: "free",
  constant: "free",
  iota: "free",
  size: "free",
  training: "free",
  random: "cheap",
  add: "cheap",
  sub: "cheap",
  mul: "cheap",
  neg: "cheap",
  abs: "cheap",
  sign: "cheap",
  minimum: "cheap",
  maximum: "cheap",
  floor: "cheap",
  round: "cheap",
  trunc: "cheap",
  compare: "cheap",
  where: "cheap",
  cast: "cheap",
  oneHot: "cheap",
  div: "costly",
  pow: "costly",
  exp: "costly",
  log: "costly",
  log1p: "costly",
  expm1: "costly",
  sqrt: "costly",
  sinh: "costly",
  cosh: "costly",
  tanh: "costly",
  sigmoid: "costly",
  softplus: "costly",
  erf: "costly",
  sin: "costly",
  cos: "costly",
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
};

const weights: Record<Role, number> = { free: 0, cheap: 1, costly: 8, reduction: 0 };

export const roleOf = (node: Node): Role => roles[opOf(node)];
export const weightOf = (node: Node): number => weights[roles[opOf(node)]];

/** Sources are loaded from memory or are constants; they are never computed. */
export const isSource = (node: Node): boolean => node.inputs.length === 0;

/** Up to this cost a value that several consumers share is computed again in each. */
export const cheapLimit = 2;

/** A longer expression is cut: bounds the depth of expressions and the work that is repeated. */
export const expressionLimit = 64;
