// Kernels as text that is equal where they do the same.
import { type Affine, type Argument, type Bound, type Expr, isAxis, type Kernel, type Statement } from "./kernel.ts";
import { computedBy, kept, type Loop, type Site, sitesOf } from "./visit.ts";

/** Names the parts of one kernel by their numbers, whatever they are called. */
class Writer {
  private readonly numbers = new Map<object, number>();
  private readonly argument: (argument: Argument) => string;

  constructor(argument: (argument: Argument) => string) {
    this.argument = argument;
  }

  site({ statement, loops }: Site): string {
    const expressions = computedBy(statement).filter((expr) => !this.numbers.has(expr));
    const definitions = expressions.map((expr) => {
      const text = this.expr(expr);
      return `${this.number(expr)}=${expr.dtype} ${text}`;
    });
    return [...definitions, `${loops.length} ${this.statement(statement)}`].join("\n");
  }

  private number(part: object): number {
    const number = this.numbers.get(part) ?? this.numbers.size;
    this.numbers.set(part, number);
    return number;
  }

  private index = ({ offset, terms }: Affine): string =>
    `${offset}${terms.map(({ atom, coefficient }) => `+${coefficient}${isAxis(atom) ? "i" : "v"}${this.number(atom)}`).join("")}`;

  private bounds = (bounds: readonly Bound[]): string => bounds.map(({ index, lower, upper }) => `${lower}<=${this.index(index)}<${upper}`).join("&");

  private expr(expr: Expr): string {
    if (expr.kind === "constant") return `constant ${Object.is(expr.value, -0) ? "-0" : expr.value}`;
    if (expr.kind === "index") return `index ${this.index(expr.index)}`;
    if (expr.kind === "scalar") return `scalar ${this.argument(expr.scalar)}`;
    if (expr.kind === "extent") return `extent ${expr.dim}`;
    if (expr.kind === "local") return `local ${this.number(expr.local)}`;
    if (expr.kind === "load") return `load ${this.argument(expr.buffer)}[${expr.index.map(this.index)}]`;
    if (expr.kind === "op") return `${expr.op}(${expr.args.map((arg) => this.number(arg))})`;
    return `guard ${this.bounds(expr.bounds)}?${this.number(expr.value)}:${this.number(expr.fill)}`;
  }

  /** Where a loop that takes each point in turn begins and ends. */
  private course({ course }: Loop): string {
    const { from, until = [] } = course ?? {};
    const start = from && "terms" in from ? ` from ${this.index(from)}` : "";
    return `${start}${until.map((end) => ` until ${this.index(end)}`).join("")}`;
  }

  private statement(statement: Statement): string {
    if (statement.kind === "loop") return `${statement.role} ${this.number(statement.axis)}<${statement.axis.extent}${this.course(statement)}`;
    if (statement.kind === "let") return `let ${this.number(statement.local)}=${this.number(statement.value)}`;
    if (statement.kind === "accumulator") return `${statement.combine} ${this.number(statement.local)} ${statement.local.dtype}`;
    if (statement.kind === "combine") {
      const { local, combine, value, at } = statement;
      return `${this.number(local)} ${combine}=${this.number(value)}${at ? `@${this.number(at)}` : ""}`;
    }
    const { buffer, index, value, accumulate, inside } = statement;
    return `${this.argument(buffer)}[${index.map(this.index)}]${accumulate ? "+" : ""}=${this.number(value)} ${this.bounds(inside)}`;
  }
}

/** What a kernel does, and what it is a function of. */
export interface Signature {
  /** Equal for kernels that differ in names, in the identity of their parts and in their arguments only. */
  readonly text: string;
  /** The buffers and scalars of the kernel, in the order of the text. */
  readonly formals: readonly Argument[];
}

export const signatureOf = kept(({ body }: Kernel): Signature => {
  const formals = new Map<Argument, number>();
  const writer = new Writer((argument) => {
    const position = formals.get(argument) ?? formals.size;
    formals.set(argument, position);
    return `$${position}`;
  });
  const text = sitesOf(body)
    .map((site) => writer.site(site))
    .join("\n");
  return { text, formals: [...formals.keys()] };
});
