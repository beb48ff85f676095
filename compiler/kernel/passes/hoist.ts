// What: moves what does not change from one round of a loop to the next in front of the loop.
// Before: `for j { y[i, j] = x[i, j] / sqrt(s) }`  After: `let r = sqrt(s); for j { y[i, j] = x[i, j] / r }`.
// Requires / ensures: kernels; the same values bit for bit, since the same operations run in the same order on each.
// Cost: linear in the size of the kernel times the depth of its loops.
import { type Affine, type Axis, type Bound, type Buffer, type Expr, isAxis, type Kernel, type Local, type Statement } from "../kernel.ts";

type Loop = Statement & { kind: "loop" };

/** What changes inside a loop: its axes, its locals, the buffers that it stores to. */
interface Changing {
  readonly axes: Set<Axis>;
  readonly locals: Set<Local>;
  readonly buffers: Set<Buffer>;
}

function collect(statements: readonly Statement[], changing: Changing): void {
  for (const statement of statements) {
    if (statement.kind === "loop") {
      changing.axes.add(statement.axis);
      collect(statement.body, changing);
    } else if (statement.kind === "store") changing.buffers.add(statement.buffer);
    else changing.locals.add(statement.local);
  }
}

const isComputed = (expr: Expr): boolean => expr.kind === "op" || expr.kind === "guard" || expr.kind === "load";

const localExpr = (local: Local): Expr => ({ kind: "local", dtype: local.dtype, local });

class Hoister {
  private count = 0;
  private readonly steady = new Map<Expr, boolean>();
  private changing: Changing = { axes: new Set(), locals: new Set(), buffers: new Set() };
  /** What goes in front of the loop at hand, and the locals that hold its expressions. */
  private lets: (Statement & { kind: "let" })[] = [];
  private held = new Map<Expr, Local>();

  statements(statements: readonly Statement[]): readonly Statement[] {
    return statements.flatMap((statement) => (statement.kind === "loop" ? this.loop(statement) : [statement]));
  }

  private loop(loop: Loop): readonly Statement[] {
    const body = this.statements(loop.body);
    this.changing = { axes: new Set([loop.axis]), locals: new Set(), buffers: new Set() };
    collect(body, this.changing);
    this.steady.clear();
    this.lets = [];
    this.held = new Map();
    const rest = body.flatMap((statement) => this.rewrite(statement));
    return [...this.lets, { ...loop, body: rest }];
  }

  private rewrite(statement: Statement): Statement[] {
    if (statement.kind === "accumulator") return [statement];
    if (statement.kind === "loop") return [{ ...statement, body: statement.body.flatMap((inner) => this.rewrite(inner)) }];
    if (statement.kind === "let" && isComputed(statement.value) && this.isSteady(statement.value)) return this.move(statement);
    const value = this.replace(statement.value);
    if (statement.kind === "combine" && statement.at) return [{ ...statement, value, at: this.replace(statement.at) }];
    return [{ ...statement, value } as Statement];
  }

  /** A whole `let` goes in front of the loop. */
  private move(statement: Statement & { kind: "let" }): Statement[] {
    const known = this.held.get(statement.value);
    this.lets.push(known ? { ...statement, value: localExpr(known) } : statement);
    if (!known) this.held.set(statement.value, statement.local);
    return [];
  }

  /** The expression with its largest unchanging computations replaced by locals. */
  private replace(expr: Expr): Expr {
    if (isComputed(expr) && this.isSteady(expr)) return this.local(expr);
    if (expr.kind !== "op") return expr;
    const args = expr.args.map((arg) => this.replace(arg));
    return args.every((arg, i) => arg === expr.args[i]) ? expr : this.shared(expr, args);
  }

  private readonly rebuilt = new Map<Expr, Expr>();

  // Expressions that were one object before stay one object.
  private shared(expr: Expr & { kind: "op" }, args: readonly Expr[]): Expr {
    const known = this.rebuilt.get(expr);
    if (known && known.kind === "op" && known.args.every((arg, i) => arg === args[i])) return known;
    const made: Expr = { ...expr, args };
    this.rebuilt.set(expr, made);
    return made;
  }

  private local(expr: Expr): Expr {
    const known = this.held.get(expr);
    if (known) return localExpr(known);
    const local: Local = { name: `h${this.count++}`, dtype: expr.dtype };
    this.lets.push({ kind: "let", local, value: expr });
    this.held.set(expr, local);
    return localExpr(local);
  }

  private isSteady(expr: Expr): boolean {
    const known = this.steady.get(expr);
    if (known !== undefined) return known;
    const steady = this.judge(expr);
    this.steady.set(expr, steady);
    return steady;
  }

  private judge(expr: Expr): boolean {
    if (expr.kind === "constant" || expr.kind === "scalar" || expr.kind === "extent") return true;
    if (expr.kind === "index") return this.isSteadyIndex(expr.index);
    if (expr.kind === "local") return !this.changing.locals.has(expr.local);
    if (expr.kind === "load") return !this.changing.buffers.has(expr.buffer) && expr.index.every((index) => this.isSteadyIndex(index));
    if (expr.kind === "op") return expr.args.every((arg) => this.isSteady(arg));
    return expr.bounds.every((bound: Bound) => this.isSteadyIndex(bound.index)) && this.isSteady(expr.value) && this.isSteady(expr.fill);
  }

  private isSteadyIndex(index: Affine): boolean {
    return index.terms.every(({ atom }) => (isAxis(atom) ? !this.changing.axes.has(atom) : this.isSteady(atom)));
  }
}

/** The kernel with loop-invariant computations in front of their loops. */
export function hoist(kernel: Kernel): Kernel {
  return { ...kernel, body: new Hoister().statements(kernel.body) };
}
