// Random definition files: what is drawn, its TypeScript source, and the names that its variables should get.
import fc from "fast-check";
import { namesOf, type Target, type Unit } from "./definition-names.ts";
import { type Arrow, arrows, arrowText } from "./scalar-text.ts";

type Expr =
  | { readonly kind: "value"; readonly pick: number }
  | { readonly kind: "linear"; readonly of: Expr; readonly form: number; readonly bias: boolean; readonly named: number }
  | { readonly kind: "plain"; readonly of: Expr; readonly callee: string }
  | { readonly kind: "standardize"; readonly of: Expr }
  | { readonly kind: "sum"; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "call"; readonly helper: number; readonly of: Expr }
  | { readonly kind: "wrapped"; readonly of: Expr; readonly style: number }
  | { readonly kind: "choice"; readonly yes: Expr; readonly no: Expr; readonly takes: boolean }
  | { readonly kind: "scalar"; readonly of: Expr; readonly arrow: Arrow }
  | { readonly kind: "sequence"; readonly of: Expr; readonly steps: readonly (keyof typeof sequenceSteps)[]; readonly spread: boolean };

type Statement =
  | { readonly kind: "const"; readonly value: Expr }
  | { readonly kind: "assign"; readonly values: readonly Expr[] }
  | { readonly kind: "loop"; readonly times: number; readonly value: Expr }
  | { readonly kind: "list"; readonly count: number; readonly block: boolean }
  | { readonly kind: "shared"; readonly uses: number }
  | { readonly kind: "keys"; readonly left: Expr; readonly right: Expr; readonly destructured: boolean }
  | { readonly kind: "array"; readonly left: Expr; readonly right: Expr };

interface Helper {
  readonly body: readonly Statement[];
  readonly result: Expr;
  readonly style: number;
  /** Whether it stands in a file of its own with those before it. */
  readonly apart: boolean;
}

export interface Recipe {
  readonly helpers: readonly Helper[];
  readonly body: readonly Statement[];
  readonly result: Expr;
  readonly loss: boolean;
}

/** The width of every value. */
export const width = 4;
const words = ["hidden", "gate", "stem", "skip", "mix", "tail", "left", "right", "head", "deep"];
const linear = ["weight", "bias"];
const sequenceSteps = {
  "nn.linear(4)": linear,
  "nn.tanh": [],
  "nn.linear(4, { bias: false })": ["weight"],
  "(x: Tensor) => ops.mul(x, 0.5)": [],
  "nn.standardize()": ["mean", "deviation"],
} as const satisfies Record<string, readonly string[]>;
const plainCallees = ["nn.tanh", "ops.sin", "nn.sigmoid", "ops.neg"];

const wrappings: readonly ((text: string) => string)[] = [
  (text) => `(${text})`,
  (text) => `(${text} as Tensor)`,
  (text) => `(${text})!`,
  (text) => `(${text} satisfies Tensor)`,
  (text) => `(/* a ) comment */ ${text} // and ( another\n  )`,
  (text) => `(<Tensor>${text})`,
  (text) => `(((${text} as unknown)) as Tensor)`,
];

const { expr } = fc.letrec<{ expr: Expr }>((tie) => {
  const of = tie("expr");
  const word = fc.nat(99);
  return {
    expr: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc.record({ kind: fc.constant("value" as const), pick: fc.nat(3) }),
      fc.record({ kind: fc.constant("linear" as const), of, form: fc.nat(3), bias: fc.boolean(), named: word }),
      fc.record({ kind: fc.constant("linear" as const), of, form: fc.nat(3), bias: fc.boolean(), named: word }),
      fc.record({ kind: fc.constant("plain" as const), of, callee: fc.constantFrom(...plainCallees) }),
      fc.record({ kind: fc.constant("standardize" as const), of }),
      fc.record({ kind: fc.constant("sum" as const), left: of, right: of }),
      fc.record({ kind: fc.constant("call" as const), helper: fc.nat(3), of }),
      fc.record({ kind: fc.constant("call" as const), helper: fc.nat(3), of }),
      fc.record({ kind: fc.constant("wrapped" as const), of, style: fc.nat(wrappings.length - 1) }),
      fc.record({ kind: fc.constant("choice" as const), yes: of, no: of, takes: fc.boolean() }),
      fc.record({ kind: fc.constant("scalar" as const), of, arrow: arrows }),
      fc.record({
        kind: fc.constant("sequence" as const),
        of,
        steps: fc.array(fc.constantFrom(...(Object.keys(sequenceSteps) as (keyof typeof sequenceSteps)[])), { minLength: 1, maxLength: 3 }),
        spread: fc.boolean(),
      }),
    ),
  };
});

const statements = (maxLength: number): fc.Arbitrary<Statement[]> =>
  fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("const" as const), value: expr }),
      fc.record({ kind: fc.constant("const" as const), value: expr }),
      fc.record({ kind: fc.constant("assign" as const), values: fc.array(expr, { minLength: 1, maxLength: 2 }) }),
      fc.record({ kind: fc.constant("loop" as const), times: fc.integer({ min: 1, max: 3 }), value: expr }),
      fc.record({ kind: fc.constant("list" as const), count: fc.integer({ min: 1, max: 3 }), block: fc.boolean() }),
      fc.record({ kind: fc.constant("shared" as const), uses: fc.integer({ min: 1, max: 2 }) }),
      fc.record({ kind: fc.constant("keys" as const), left: expr, right: expr, destructured: fc.boolean() }),
      fc.record({ kind: fc.constant("array" as const), left: expr, right: expr }),
    ),
    { maxLength },
  );

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  helpers: fc.array(fc.record({ body: statements(2), result: expr, style: fc.nat(2), apart: fc.boolean() }), { maxLength: 3 }),
  body: statements(4),
  result: expr,
  loss: fc.boolean(),
});

/** Source, and what running it makes. */
interface Written {
  readonly text: string;
  readonly units: readonly Unit[];
}

/** A function of the definition that can be called. */
interface Callable {
  readonly name: string;
  readonly units: readonly Unit[];
}

interface Scope {
  readonly values: string[];
  readonly callables: readonly Callable[];
  /** Whether the source is to be read without the front end: arrows are told their constants, and no layer states its name, as there are no scopes. */
  readonly plain: boolean;
  names: number;
}

const last = <T>(list: readonly T[]): T => list.at(-1) as T;
const newName = (scope: Scope): string => {
  const name = words[scope.names % words.length] as string;
  return scope.names++ < words.length ? name : `${name}${scope.names}`;
};

// The order of evaluation: a layer that stands before its argument is made before it.
function writeLinear({ of, form, bias, named }: Expr & { kind: "linear" }, scope: Scope): Written {
  const inner = write(of, scope);
  const name = named < 8 ? `own${named}` : undefined;
  const unit: Unit = { callee: "linear", parts: bias ? linear : ["weight"], trainable: true, named: name };
  const options = [...(bias ? [] : ["bias: false"]), ...(name && !scope.plain ? [`name: \`own\${${named}}\``] : [])];
  const rest = options.length > 0 ? `, { ${options.join(", ")} }` : "";
  const after = [...inner.units, unit];
  if (form === 0) return { text: `nn.linear(${inner.text}, width${rest})`, units: after };
  if (form === 1) return { text: `nn.linear(settings?.width ?? 4${rest})(${inner.text})`, units: [unit, ...inner.units] };
  if (form === 2) return { text: `nn.linear(...([${inner.text}, 4${rest}] as const))`, units: after };
  return { text: `nn["linear"](${inner.text}, 4${rest})`, units: after };
}

function writeSequence({ of, steps, spread }: Expr & { kind: "sequence" }, scope: Scope): Written {
  const inner = write(of, scope);
  const parts = steps.flatMap((step, position) => sequenceSteps[step].map((part) => `${position}.${part}`));
  const unit: Unit = { callee: "sequential", parts, trainable: parts.some((part) => part.endsWith("weight")), positions: steps.length };
  const text = spread ? `...[${steps.join(", ")}]` : steps.join(", ");
  return { text: `nn.sequential(${text})(${inner.text})`, units: parts.length > 0 ? [unit, ...inner.units] : inner.units };
}

function write(expr: Expr, scope: Scope): Written {
  const around = (of: Expr, text: (inner: string) => string, ...units: readonly Unit[]): Written => {
    const inner = write(of, scope);
    return { text: text(inner.text), units: [...inner.units, ...units] };
  };
  switch (expr.kind) {
    case "value":
      return { text: scope.values.at(-1 - (expr.pick % scope.values.length)) as string, units: [] };
    case "linear":
      return writeLinear(expr, scope);
    case "sequence":
      return writeSequence(expr, scope);
    case "plain":
      return around(expr.of, (inner) => `${expr.callee}(${inner})`);
    case "standardize":
      return around(expr.of, (inner) => `nn.standardize(${inner})`, { callee: "standardize", parts: ["mean", "deviation"] });
    case "wrapped":
      return around(expr.of, wrappings[expr.style] as (text: string) => string);
    case "scalar":
      return around(expr.of, (inner) => `elementwise(${arrowText(expr.arrow)}${scope.plain ? ", { scale, offset }" : ""})(${inner})`);
    case "sum": {
      const [left, right] = [write(expr.left, scope), write(expr.right, scope)];
      return { text: `ops.add(${left.text}, ${right.text})`, units: [...left.units, ...right.units] };
    }
    case "choice": {
      const [yes, no] = [write(expr.yes, scope), write(expr.no, scope)];
      return { text: `(${expr.takes ? "" : "!"}on ? ${yes.text} : ${no.text})`, units: (expr.takes ? yes : no).units };
    }
    case "call": {
      const callable = scope.callables[expr.helper % Math.max(1, scope.callables.length)];
      if (!callable) return write({ ...expr, kind: "plain", callee: "nn.relu" }, scope);
      return around(expr.of, (inner) => `${callable.name}(${inner})`, { callee: callable.name, inner: callable.units });
    }
  }
}

/** `units` as parts of one expression that reaches `target`. */
const reaching = (target: Target | undefined, units: readonly Unit[]): Unit[] => units.map((unit) => ({ ...unit, target }));

/** A value with the name that it gets. */
function named(value: Expr, scope: Scope): Written & { readonly name: string } {
  const { text, units } = write(value, scope);
  const name = newName(scope);
  return { name, text, units: reaching({ name }, units) };
}

/** How each kind of statement is written; `before` is the last value before it. */
const writers: { readonly [K in Statement["kind"]]: (statement: Extract<Statement, { kind: K }>, scope: Scope, before: string) => Written } = {
  const({ value }, scope) {
    const { name, text, units } = named(value, scope);
    scope.values.push(name);
    return { text: `const ${name} = ${text};`, units };
  },

  assign({ values }, scope) {
    const name = newName(scope);
    const written = values.map((value) => write(value, scope));
    scope.values.push(name);
    const assignments = written.map(({ text }) => `${name} = ${text};`);
    return { text: [`let ${name}: Tensor;`, ...assignments].join("\n"), units: written.flatMap(({ units }) => reaching({ name }, units)) };
  },

  loop({ times, value }, scope, before) {
    const name = newName(scope);
    scope.values.push(name);
    const { text, units } = write(value, scope);
    const once = reaching({ name }, units);
    const steps = Array.from({ length: times }, (_, i) => i);
    return {
      text: `let ${name}: Tensor = ${before};\nfor (const _ of [${steps}]) ${name} = ${text};`,
      units: steps.flatMap(() => once),
    };
  },

  list({ count, block }, scope, before) {
    const [name, y] = [newName(scope), newName(scope)];
    scope.values.push(y);
    const layer: Unit = { callee: "linear", parts: linear, trainable: true, target: block ? { name: "inner" } : undefined };
    const make = block ? "{ const inner = nn.linear(size); return inner; }" : "nn.linear(size)";
    const sizes = Array.from({ length: count }, () => width);
    return {
      text: `const ${name} = [${sizes}].map((size) => ${make});\nconst ${y} = ${name}.reduce<Tensor>((value, layer) => layer(value), ${before});`,
      units: [{ callee: "map", target: { name }, inner: sizes.map(() => layer) }],
    };
  },

  shared({ uses }, scope, before) {
    const [name, y] = [newName(scope), newName(scope)];
    scope.values.push(y);
    const applied = Array.from({ length: uses }).reduce<string>((text) => `${name}(${text})`, before);
    const unit: Unit = { callee: "linear", parts: linear, trainable: true, target: { name } };
    return { text: `const ${name} = nn.linear(4);\nconst ${y} = ${applied};`, units: [unit] };
  },

  keys(statement, scope) {
    const [left, right] = [named(statement.left, scope), named(statement.right, scope)];
    const literal = `{ ${left.name}: ${left.text}, ["${right.name}"]: ${right.text} }`;
    const units = [...left.units, ...right.units];
    if (statement.destructured) {
      const [a, b] = [newName(scope), newName(scope)];
      scope.values.push(a, b);
      return { text: `const { ${left.name}: ${a}, ${right.name}: ${b} } = ${literal};`, units };
    }
    const name = newName(scope);
    scope.values.push(`${name}.${left.name}`, `${name}.${right.name}`);
    return { text: `const ${name} = ${literal};`, units };
  },

  array(statement, scope) {
    const [left, right] = [write(statement.left, scope), write(statement.right, scope)];
    const [a, b] = [newName(scope), newName(scope)];
    scope.values.push(a, b);
    return { text: `const [${a}, ${b}] = [${left.text}, ${right.text}] as const;`, units: [...left.units, ...right.units] };
  },
};

const writeStatement = (statement: Statement, scope: Scope): Written =>
  (writers[statement.kind] as (statement: Statement, scope: Scope, before: string) => Written)(statement, scope, last(scope.values));

const indented = (lines: readonly string[]) => lines.join("\n").replace(/^/gm, "  ");

function writeBody(body: readonly Statement[], scope: Scope): { lines: string[]; units: Unit[] } {
  const written = body.map((statement) => writeStatement(statement, scope));
  return { lines: written.map(({ text }) => text), units: written.flatMap(({ units }) => units) };
}

function writeHelper({ body, result, style, apart }: Helper, name: string, callables: readonly Callable[], plain: boolean): Written {
  const scope: Scope = { values: ["x"], callables, plain, names: 0 };
  const { lines, units } = writeBody(style === 2 ? [] : body, scope);
  const returned = write(result, scope);
  const block = `{\n${indented([...lines, `return ${returned.text};`])}\n}`;
  const exported = apart && !plain ? "export " : "";
  const text =
    style === 0
      ? `${exported}function ${name}(x: Tensor): Tensor ${block}`
      : `${exported}const ${name} = (x: Tensor): Tensor => ${style === 1 ? block : returned.text};`;
  return { text, units: [...units, ...returned.units] };
}

/** A definition file, the file that it imports, the same without the front end, and the names it should have. */
export interface Definition {
  readonly files: Readonly<Record<"toy.model.ts" | "parts.ts", string>>;
  /** One file, without imports and exports: `return` gives the model, and arrows are told their constants. */
  readonly plain: string;
  /** Names of parameters and layer states, in order of creation; some twice where they clash. */
  readonly names: readonly string[];
}

interface Sources {
  readonly apart: readonly string[];
  readonly helpers: readonly string[];
  readonly imported: readonly string[];
  readonly model: string;
  readonly units: readonly Unit[];
}

function writeAll({ helpers, body, result, loss }: Recipe, plain: boolean): Sources {
  const callables: (Callable & { readonly text: string; readonly apart: boolean })[] = [];
  for (const [i, helper] of helpers.entries()) {
    const apart = helper.apart && callables.every((callable) => callable.apart);
    const name = `block${String.fromCharCode(65 + i)}`;
    callables.push({ name, apart, ...writeHelper({ ...helper, apart }, name, [...callables], plain) });
  }
  const scope: Scope = { values: ["x"], callables, plain, names: 0 };
  const { lines, units } = writeBody(body, scope);
  const returned = write(result, scope);
  const end = loss
    ? [`const result = ${returned.text};`, "return { outputs: { result }, loss: losses.mse(result, y) };"]
    : [`return { outputs: { result: ${returned.text} } };`];
  const model = `model("toy", { x: f32("batch", 4), y: f32("batch", 4) }, ({ x, y }) => {\n${indented([...lines, ...end])}\n})`;
  const textOf = (which: boolean) => callables.filter(({ apart }) => apart === which).map(({ text }) => text);
  return {
    apart: textOf(true),
    helpers: textOf(false),
    imported: callables.filter(({ apart }) => apart).map(({ name }) => name),
    model,
    units: [...units, ...reaching({ name: "result" }, returned.units)],
  };
}

const imports = 'import { elementwise, f32, losses, model, nn, ops, type Tensor } from "gradc";';
const settings = [
  "const width = 4;",
  "const on: boolean = true;",
  "const settings: { readonly width?: number } | undefined = on ? { width } : undefined;",
  "const scale = 0.5;",
  "const offset = -0.25;",
];
const shared = "width, on, settings, scale, offset";

/** The files of `recipe`, and what is expected of them. */
export function define(recipe: Recipe): Definition {
  const written = writeAll(recipe, false);
  const plain = writeAll(recipe, true);
  return {
    files: {
      "parts.ts": [imports, ...settings.map((line) => `export ${line}`), ...written.apart, ""].join("\n"),
      "toy.model.ts": [
        imports,
        `import { ${[shared, ...written.imported].join(", ")} } from "./parts.ts";`,
        ...written.helpers,
        `export default ${written.model};`,
        "",
      ].join("\n"),
    },
    plain: [...settings, ...plain.apart, ...plain.helpers, `return ${plain.model};`, ""].join("\n"),
    names: namesOf(written.units),
  };
}
