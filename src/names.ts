// One naming function for layers, parameters, states and values, run when the body of a definition has run: only then is
// it known which call sites were repeated, and how many layers one expression made.
//
//   const hidden = nn.relu(nn.linear(x, 8));          =>  hidden.weight, hidden.bias: the variable names the expression
//   const deep = nn.linear(nn.linear(hidden, 8), 8);  =>  deep.weight, deep.1.weight: the second layer of one expression has a number
//   for (...) h = nn.linear(h, 8);                    =>  h.0.weight, h.1.weight: one call site that runs several times counts from 0
//   const block = (x) => { const a = nn.linear(x, 8); return nn.tanh(a); };
//   const top = block(deep);                          =>  top.a.weight: a variable of a function stands below that of its call
//   return { outputs: { y: nn.linear(top, 1) } };     =>  y.weight

import { duplicateName } from "../compiler/diagnostics/definitions.ts";
import type { Definition, Item, NamedValue, Variable } from "./definition.ts";
import type { CallFrame } from "./frame.ts";

/** What every variable and value of a definition is called. */
export interface Names {
  readonly variables: ReadonlyMap<Variable, string>;
  readonly values: ReadonlyMap<NamedValue, string>;
}

type Path = readonly string[];

/** A call that made layers, or had calls inside that did. */
interface Scope {
  readonly frame: CallFrame | undefined;
  readonly calls: Scope[];
  readonly items: Item[];
}

/** The layers of one expression, counted. */
interface Expression {
  /** Layers with parameters so far. */
  count: number;
  /** Layers without parameters so far, by kind. */
  readonly kinds: Map<string, number>;
  /** Functions that were called without a variable. */
  readonly called: Set<string>;
}

/** Where the names inside of a call begin. */
interface NameRoot {
  /** Of layers in the call's own expression. */
  readonly base: Path;
  readonly expression: Expression;
  /** Of what the call's function stores in variables of its own. */
  readonly prefix: Path;
  /** Of a layer that states its own name. */
  readonly outside: Path;
}

interface Progress {
  readonly items: Map<Item, Path>;
  /** What the value of a call is called. */
  readonly calls: Map<CallFrame, Path>;
  /** Items with parameters. */
  readonly trainable: ReadonlySet<Item>;
  /** Counters of what has no variable, by kind. */
  readonly unnamed: Map<string, number>;
}

/**
 * The final names of all variables and values of `definition`.
 * @throws GradcError `duplicate-name`
 */
export function resolveNames(definition: Definition): Names {
  const whole = (item: Item): Item => (item.owner ? whole(item.owner.item) : item);
  const trainable = definition.variables.filter(({ node }) => node.op === "parameter").map(({ item }) => whole(item));
  const items = new Set(definition.variables.map(({ item }) => whole(item)));
  const progress: Progress = { items: new Map(), calls: new Map(), trainable: new Set(trainable), unnamed: new Map() };
  walk(scopesOf(items, definition.values), { base: [], expression: newExpression(), prefix: [], outside: [] }, progress);
  const variables = new Map(definition.variables.map((variable) => [variable, variableName(variable, progress)]));
  checkDistinct(variables);
  return { variables, values: valueNames(definition.values, progress) };
}

const newExpression = (): Expression => ({ count: 0, kinds: new Map(), called: new Set() });

function scopesOf(items: ReadonlySet<Item>, values: readonly NamedValue[]): Scope {
  const root: Scope = { frame: undefined, calls: [], items: [] };
  const scopes = new Map<CallFrame | undefined, Scope>([[undefined, root]]);
  const scopeOf = (frame: CallFrame | undefined): Scope => {
    const known = scopes.get(frame);
    if (known || !frame) return known ?? root;
    const scope: Scope = { frame, calls: [], items: [] };
    scopes.set(frame, scope);
    scopeOf(frame.parent).calls.push(scope);
    return scope;
  };
  for (const item of items) scopeOf(item.frame).items.push(item);
  for (const { frame } of values) scopeOf(frame);
  return root;
}

const serialOf = (event: Scope | Item): number => ("serial" in event ? event.serial : (event.frame?.serial ?? 0));

function walk(scope: Scope, root: NameRoot, progress: Progress): void {
  const iterations = iterationsOf(scope, root.prefix.length === 0);
  const expressions = new Map<string, Expression>();
  const events = [...scope.items, ...scope.calls].sort((a, b) => serialOf(a) - serialOf(b));
  for (const event of events) {
    if ("serial" in event) progress.items.set(event, itemPath(event, root, progress));
    else walkCall(event, root, iterations.get(event), expressions, progress);
  }
}

function walkCall(call: Scope, outer: NameRoot, iteration: number | undefined, expressions: Map<string, Expression>, progress: Progress): void {
  const { site } = call.frame as CallFrame;
  const segments = segmentsOf(call.frame as CallFrame, iteration, outer, progress);
  const holds = () => call.calls.some((inner) => holdsParameters(inner, progress));
  const again = segments.length === 0 && isCalledAgain(site.callee, outer) && holds();
  // The first call has taken no number where all of its layers have variables.
  if (again && outer.expression.count === 0) outer.expression.count++;
  const root = segments.length > 0 ? rootFor(segments, keyOf(site.target), outer, expressions) : passedOn(outer, again);
  progress.calls.set(call.frame as CallFrame, root.base);
  const { count } = root.expression;
  walk(call, root, progress);
  // A helper whose layers all have variables of their own takes one number of the expression too.
  if (root.expression.count === count && (again || (segments.length > 0 && holds()))) root.expression.count++;
}

/** Whether the function `callee` was called before, without a variable, in the named expression that `root` is in. */
function isCalledAgain(callee: string, { base, expression }: NameRoot): boolean {
  const again = base.length > 0 && expression.called.has(callee);
  expression.called.add(callee);
  return again;
}

/** The root inside of a call that adds nothing to the path; what it holds is told apart from an earlier call of the same function. */
const passedOn = (outer: NameRoot, again: boolean): NameRoot => ({
  ...outer,
  outside: outer.prefix,
  prefix: again ? [...outer.base, String(outer.expression.count)] : outer.prefix,
});

function rootFor(segments: Path, target: string, outer: NameRoot, expressions: Map<string, Expression>): NameRoot {
  const base = [...outer.prefix, ...segments];
  const key = `${segments.join(".")}@${target}`;
  const expression = expressions.get(key) ?? newExpression();
  expressions.set(key, expression);
  const prefix = expression.count > 0 ? [...base, String(expression.count)] : base;
  return { base, expression, prefix, outside: outer.prefix };
}

/** What a call adds to the path: its variable, and its number where the call is repeated; nothing where it is simply returned. */
function segmentsOf({ site }: CallFrame, iteration: number | undefined, outer: NameRoot, progress: Progress): Path {
  const number = iteration === undefined ? [] : [String(iteration)];
  if (site.name !== undefined) return [site.name, ...number];
  if (iteration === undefined || outer.prefix.length > 0) return number;
  return numbered(site.callee.match(/[A-Za-z]\w*(?=\W*$)/)?.[0] ?? "call", progress);
}

/** `kind` and the next of its numbers, for what has no variable. */
function numbered(kind: string, { unnamed }: Progress): Path {
  const count = unnamed.get(kind) ?? 0;
  unnamed.set(kind, count + 1);
  return [kind, String(count)];
}

const keyOf = (position: CallFrame["site"]["target"]): string => (position ? `${position.file}:${position.line}:${position.column}` : "");

const holdsParameters = (scope: Scope, progress: Progress): boolean =>
  scope.items.some((item) => progress.trainable.has(item)) || scope.calls.some((call) => holdsParameters(call, progress));

/** The number of each call whose expression has a call site that ran more than once. */
function iterationsOf(scope: Scope, outermost: boolean): Map<Scope, number> {
  const siteCounts = new Map<string, number>();
  const numbers = new Map<Scope, number>();
  const siteKey = (call: Scope) => keyOfSite(call, outermost);
  for (const call of scope.calls.filter(takesNumbers).sort((a, b) => serialOf(a) - serialOf(b))) {
    const key = siteKey(call);
    numbers.set(call, siteCounts.get(key) ?? 0);
    siteCounts.set(key, (siteCounts.get(key) ?? 0) + 1);
  }
  // Calls that reach no variable have nothing in common but their site.
  const expressionKey = (call: Scope): string => {
    const site = call.frame?.site;
    return site?.name === undefined ? siteKey(call) : `${site.name}@${keyOf(site.target)}`;
  };
  const repeated = new Set(scope.calls.filter((call) => (siteCounts.get(siteKey(call)) ?? 0) > 1).map(expressionKey));
  return new Map([...numbers].filter(([call]) => repeated.has(expressionKey(call))));
}

/** False for a layer that states its name and reaches no variable: a call as if it were not there. */
const takesNumbers = ({ frame, items, calls }: Scope): boolean =>
  frame?.site.name !== undefined || calls.length > 0 || items.some(({ name }) => name === undefined);

// Where nothing around it has a name, a function that is called twice without a variable is told apart by number, whatever the site.
function keyOfSite({ frame }: Scope, outermost: boolean): string {
  const { position, callee, name } = (frame as CallFrame).site;
  return outermost && name === undefined ? callee : `${keyOf(position)} ${callee}`;
}

function itemPath(item: Item, { base, expression, outside }: NameRoot, progress: Progress): Path {
  if (item.name !== undefined) return [...outside, item.name];
  if (base.length === 0) return numbered(item.kind, progress);
  if (progress.trainable.has(item)) {
    const count = expression.count;
    // Without a number of its own, its positions are numbers of the expression.
    expression.count += count > 0 ? 1 : Math.max(item.positions ?? 1, 1);
    return count > 0 ? [...base, String(count)] : base;
  }
  const count = expression.kinds.get(item.kind) ?? 0;
  expression.kinds.set(item.kind, count + 1);
  return count > 0 ? [...base, item.kind, String(count)] : [...base, item.kind];
}

function variableName({ item, suffix }: Variable, { items }: Progress): string {
  const path = suffix ? [suffix] : [];
  let part = item;
  for (; part.owner; part = part.owner.item) if (part.owner.segment !== undefined) path.unshift(part.owner.segment);
  return [...(items.get(part) as Path), ...path].join(".");
}

function checkDistinct(variables: ReadonlyMap<Variable, string>): void {
  const first = new Map<string, Variable>();
  for (const [variable, name] of variables) {
    const known = first.get(name);
    if (known)
      throw duplicateName(
        name,
        [known, variable].map(({ node }) => node.graph.declarations.get(node)?.position),
      );
    first.set(name, variable);
  }
}

/** A name goes to the last value that got it: what the variable holds in the end. */
function valueNames(values: readonly NamedValue[], { calls }: Progress): Map<NamedValue, string> {
  const last = new Map<string, NamedValue>();
  for (const value of values) {
    const { frame, name, part } = value;
    const path = frame ? (calls.get(frame) as Path) : [];
    const own = name === undefined ? path : [...path.slice(0, -1), name];
    last.set((part === undefined ? own : [...own, part]).join("."), value);
  }
  return new Map([...last].map(([name, value]) => [value, name]));
}
