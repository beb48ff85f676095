// Kernels as text: a tree of loops, and below it the steps of the schedule.

import { callsByKernel } from "./call.ts";
import type {
  Affine,
  Argument,
  Axis,
  Bound,
  Buffer,
  Call,
  Expr,
  Kernel,
  Local,
  Repeat,
  ScalarOp,
  Schedule,
  Scheduled,
  Statement,
  Step,
} from "./kernel.ts";
import { isAxis, isScalar } from "./kernel.ts";
import { signatureOf } from "./signature.ts";
import { computedBy, expressionsOf, type Loop, operandsOf, readsOf, type Site, sitesOf, subexpressions, writesOf } from "./visit.ts";

const infix: { readonly [op in ScalarOp]?: { readonly sign: string; readonly strength: number } } = {
  eq: { sign: "==", strength: 1 },
  ne: { sign: "!=", strength: 1 },
  lt: { sign: "<", strength: 1 },
  le: { sign: "<=", strength: 1 },
  gt: { sign: ">", strength: 1 },
  ge: { sign: ">=", strength: 1 },
  add: { sign: "+", strength: 2 },
  sub: { sign: "-", strength: 2 },
  mul: { sign: "*", strength: 3 },
  div: { sign: "/", strength: 3 },
};

/** What stands behind `schedule` is broken after. */
const lineLength = 80;

type Naming = (thing: Axis | Local | Buffer) => string;

/** Distinct objects get distinct names: `i`, `i.2`, `i.3`. */
function naming(): Naming {
  const texts = new Map<object, string>();
  const counts = new Map<string, number>();
  return (thing) => {
    const known = texts.get(thing);
    if (known !== undefined) return known;
    const count = (counts.get(thing.name) ?? 0) + 1;
    counts.set(thing.name, count);
    const text = count === 1 ? thing.name : `${thing.name}.${count}`;
    texts.set(thing, text);
    return text;
  };
}

interface Printer {
  readonly bufferName: Naming;
  /** Of axes and locals. */
  readonly variableName: Naming;
  /** Expressions that are used more than once, by name. */
  readonly shared: ReadonlyMap<Expr, string>;
}

// Without this, a value that is used twice would print twice, and a chain of such values exponentially often.
function nameShared(sites: readonly Site[]): Map<Expr, string> {
  const roots = sites.flatMap(({ statement }) => expressionsOf(statement));
  const uses = new Map<Expr, number>();
  for (const expr of [...subexpressions(roots).flatMap(operandsOf), ...roots]) uses.set(expr, (uses.get(expr) ?? 0) + 1);
  const shared = [...uses].filter(([expr, count]) => count > 1 && (expr.kind === "op" || expr.kind === "guard"));
  return new Map(shared.map(([expr], i) => [expr, `%${i + 1}`]));
}

function affineText(p: Printer, { offset, terms }: Affine): string {
  const parts = terms.map(({ atom, coefficient }) => {
    const text = isAxis(atom) ? p.variableName(atom) : exprText(p, atom, 3);
    if (coefficient === 1) return text;
    return coefficient === -1 ? `-${text}` : `${coefficient}·${text}`;
  });
  if (offset !== 0 || parts.length === 0) parts.push(String(offset));
  return parts.join(" + ").replaceAll("+ -", "- ");
}

const boundText = (p: Printer, { index, lower, upper }: Bound): string => `${lower} <= ${affineText(p, index)} < ${upper}`;
const boundsText = (p: Printer, bounds: readonly Bound[]): string => bounds.map((bound) => boundText(p, bound)).join(" and ");

function opText(p: Printer, op: ScalarOp, args: readonly Expr[], strength: number): string {
  const operator = infix[op];
  const [a, b] = args;
  if (!operator || !a || !b) return `${op}(${args.map((arg) => exprText(p, arg)).join(", ")})`;
  const text = `${exprText(p, a, operator.strength)} ${operator.sign} ${exprText(p, b, operator.strength + 1)}`;
  return operator.strength < strength ? `(${text})` : text;
}

function constantText(expr: Extract<Expr, { kind: "constant" }>): string {
  if (expr.dtype === "bool") return expr.value === 0 ? "false" : "true";
  return Object.is(expr.value, -0) ? "-0" : String(expr.value);
}

const place = (p: Printer, buffer: Buffer, index: readonly Affine[]): string =>
  `${p.bufferName(buffer)}[${index.map((one) => affineText(p, one)).join(", ")}]`;

/** The definition of an expression, whether or not it has a name. */
function definition(p: Printer, expr: Expr, strength = 0): string {
  const texts: { readonly [K in Expr["kind"]]: (expr: Extract<Expr, { kind: K }>) => string } = {
    constant: constantText,
    index: ({ index }) => (index.terms.length + (index.offset === 0 ? 0 : 1) > 1 ? `(${affineText(p, index)})` : affineText(p, index)),
    scalar: ({ scalar }) => String(scalar.value),
    extent: ({ dim }) => String(dim),
    local: ({ local }) => p.variableName(local),
    load: ({ buffer, index }) => place(p, buffer, index),
    op: ({ op, args }) => opText(p, op, args, strength),
    guard: ({ bounds, value, fill }) => `(${boundsText(p, bounds)} ? ${exprText(p, value)} : ${exprText(p, fill)})`,
  };
  return texts[expr.kind](expr as never);
}

const exprText = (p: Printer, expr: Expr, strength = 0): string => p.shared.get(expr) ?? definition(p, expr, strength);

function combineText(p: Printer, { local, combine, value, at }: Extract<Statement, { kind: "combine" }>): string {
  const operators = { sum: "+=", max: "max=", argmax: "argmax=" };
  return `${p.variableName(local)} ${operators[combine]} ${exprText(p, value)}${at ? ` at ${exprText(p, at)}` : ""}`;
}

function storeText(p: Printer, { buffer, index, value, accumulate, inside }: Extract<Statement, { kind: "store" }>): string {
  const condition = inside.length > 0 ? `  if ${boundsText(p, inside)}` : "";
  return `${place(p, buffer, index)} ${accumulate ? "+=" : "="} ${exprText(p, value)}${condition}`;
}

/** `vectorise j, 2 vectors`: a step of a schedule in words. */
function stepText(p: Printer, step: Step): string {
  const axis = p.variableName(step.axis);
  if (step.kind === "block") return `block ${axis} by ${step.inside.extent}`;
  if (step.kind === "reorder") return `reorder ${axis} outwards`;
  if (step.kind === "part")
    return `part ${axis} into ${[step.first, step.rest].map(({ column }) => `${p.variableName(column)} < ${column.extent}`).join(", ")}`;
  if (step.kind === "pack") return `pack ${p.bufferName(step.buffer)} by ${axis}`;
  if (step.kind === "accumulate")
    return `accumulate ${axis}${step.points === undefined ? "" : ` by ${step.points}`} in ${p.bufferName(step.sums.buffer)}`;
  if (step.kind === "vectorise") return `vectorise ${axis}${step.vectors > 1 ? `, ${step.vectors} vectors` : ""}`;
  return `${step.kind} ${axis} by ${step.points}`;
}

/** `  schedule  tile i by 4; vectorise j`, on further lines where it is long. */
function scheduleLines(p: Printer, schedule: Schedule): string[] {
  const lines: string[] = [];
  for (const text of schedule.map((step) => stepText(p, step))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + text.length <= lineLength) lines[lines.length - 1] = `${last}; ${text}`;
    else lines.push(text);
  }
  return lines.map((line, i) => `  ${i === 0 ? "schedule" : "        "}  ${line}${i < lines.length - 1 ? ";" : ""}`);
}

/** `parallel i < batch by 4`, `parallel i.2 from i < batch`, `reduce c < n by up to 512`, `reduce k from c < min(n, c + 512)`, `lanes l < 4` */
function loopText(p: Printer, { axis, role, course, beside }: Loop): string {
  const { from, step = 1, partly, until = [] } = course ?? {};
  const start = from === undefined ? "" : ` from ${"after" in from ? p.variableName(from.after) : affineText(p, from)}`;
  const ends = [String(axis.extent), ...until.map((one) => affineText(p, one))];
  const end = ends.length > 1 ? `min(${ends.join(", ")})` : ends[0];
  return `${beside ?? role} ${p.variableName(axis)}${start} < ${end}${step === 1 ? "" : ` by ${partly ? "up to " : ""}${step}`}`;
}

function statementText(p: Printer, statement: Statement): string {
  const texts: { readonly [K in Statement["kind"]]: (statement: Extract<Statement, { kind: K }>) => string } = {
    loop: (loop) => loopText(p, loop),
    let: ({ local, value }) => `let ${p.variableName(local)} = ${exprText(p, value)}`,
    accumulator: ({ local, combine }) => `${combine} ${p.variableName(local)}`,
    combine: (combine) => combineText(p, combine),
    store: (store) => storeText(p, store),
  };
  return texts[statement.kind](statement as never);
}

// A shared value is defined at its first use in a scope, that is, in the body of one loop and of the loops inside.
function sharedLines(p: Printer, { statement, loops }: Site, scopes: Map<Loop | undefined, Set<Expr>>, indent: string): string[] {
  const visible = [undefined, ...loops].flatMap((loop) => [...(scopes.get(loop) ?? [])]);
  const seen = new Set(visible);
  const fresh = computedBy(statement).filter((expr) => p.shared.has(expr) && !seen.has(expr));
  const scope = loops.at(-1);
  scopes.set(scope, new Set([...(scopes.get(scope) ?? []), ...fresh]));
  return fresh.map((expr) => `${indent}${p.shared.get(expr)} = ${definition(p, expr)}`);
}

/** `(x, hidden.weight) -> hidden   computes hidden`, with the names of what a call is given. */
function callText(kernel: Kernel, nameOf: (buffer: Buffer) => string, computed: readonly string[]): string {
  const names = (buffers: ReadonlySet<Buffer>) => [...buffers].map(nameOf).join(", ");
  const written = names(writesOf(kernel));
  const computes = computed.join(", ");
  return `(${names(readsOf(kernel))}) -> ${written}${computes === "" || computes === written ? "" : `   computes ${computes}`}`;
}

/**
 * A kernel as text, with its schedule and what is said of the loops around it when they are given:
 *
 *     kernel hidden(x, hidden.weight, hidden.bias) -> hidden
 *       parallel i < batch
 *         parallel j < 5
 *           sum s
 *           reduce k < 12
 *             s += x[i, k] * hidden.weight[k, j]
 *           hidden[i, j] = tanh(s + hidden.bias[j])
 *       schedule  vectorise i
 */
export function printKernel(kernel: Kernel, schedule: Schedule = [], within = ""): string {
  const sites = sitesOf(kernel.body);
  const p: Printer = { bufferName: naming(), variableName: naming(), shared: nameShared(sites) };
  const scopes = new Map<Loop | undefined, Set<Expr>>();
  const lines = sites.flatMap((site) => {
    const indent = "  ".repeat(site.loops.length + 1);
    return [...sharedLines(p, site, scopes, indent), `${indent}${statementText(p, site.statement)}`];
  });
  return [`kernel ${kernel.name}${callText(kernel, p.bufferName, kernel.computes)}${within}`, ...lines, ...scheduleLines(p, schedule)].join("\n");
}

const repeatText = ({ steps, reverse, blocks }: Repeat): string =>
  blocks ? `${steps} blocks of ${blocks.rows} rows` : `${steps} steps${reverse ? ", from the last" : ""}`;

/** `   in each of 50 steps`, of a call within loops. */
const withinText = ({ within }: Call): string => (within.length === 0 ? "" : `   in each of ${within.map(repeatText).join(", of ")}`);

/** `again (t5, linear.1.weight) -> t7`: a call on other buffers than the kernel's own, and with which numbers. */
function againText(call: Call): string {
  const { kernel, given, computes } = call;
  const { formals } = signatureOf(kernel);
  const names = new Map(formals.map((formal, i) => [formal, (given[i] as Argument).name]));
  const numbers = given.flatMap((argument) => (isScalar(argument) ? [`   ${argument.name} ${argument.value}`] : []));
  return `  again ${callText(kernel, (buffer) => names.get(buffer) as string, computes)}${numbers.join("")}${withinText(call)}`;
}

/** Lines below a kernel, of all its calls. */
export type Below = (kernel: Kernel, calls: readonly Call[]) => readonly string[];

/** The kernels that are called with their schedules, one text each, and below it what there is to say and on what else it is called. */
export function printCalls(calls: readonly Call[], schedules: ReadonlyMap<Kernel, Scheduled> = new Map(), below: Below = () => []): string[] {
  return [...callsByKernel(calls)].map(([kernel, all]) => {
    const [first, ...others] = all;
    const text = printKernel(kernel, schedules.get(kernel)?.steps, first && withinText(first));
    return [text, ...below(kernel, all), ...others.map(againText)].join("\n");
  });
}
