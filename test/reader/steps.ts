// Values at the steps of a sequence, `h_t = tanh(x_t·W + h_{t−1}·U)`, and sums over all steps.

import type { Line, Page } from "./page.ts";
import { type Formula, mapParts, parse } from "./parse.ts";
import type { Scope } from "./scope.ts";
import { type Axis, build, reader, type Tensor, Unreadable } from "./tensor.ts";

/** What a page says of steps. */
interface Said {
  /** The axis of a value with rows that goes over the steps. */
  readonly axis?: number;
  /** Whether that of a value without rows is its first axis. */
  readonly isElseFirst: boolean;
  /** Whether all steps of a value together have the steps first. */
  readonly isFirst: boolean;
  /** Whether what no line says of before the first and behind the last is 0. */
  readonly isZero: boolean;
}

function saidIn(conventions: readonly string[]): Said {
  const said = conventions.filter((line) => /\bx_t\b/u.test(line)).join(" ");
  return {
    ...(/second axis/u.test(said) && { axis: 1 }),
    isElseFirst: /else along its first axis/u.test(said),
    isFirst: /first axis/u.test(said),
    isZero: /(?:h_0|ε_\{T\+1\}).* 0\b/u.test(said),
  };
}

/** A name and at which step: `h` and `t−1`. */
function stepped(name: string, step: string | undefined): readonly [base: string, step: string] | undefined {
  if (step !== undefined) return [name, step];
  const [, braced, inside] = /^(.*)_\{([^}]*)\}$/u.exec(name) ?? [];
  if (braced !== undefined && inside !== undefined) return [braced, inside];
  const [, base, at] = /^([^∂]*)_(t|T|0)$/u.exec(name) ?? [];
  return base === undefined || at === undefined ? undefined : [base, at];
}

export type Right = (line: Line, scope: Scope) => Tensor;

export class Steps {
  private readonly page: Page;
  private readonly said: Said;
  private readonly right: Right;
  private readonly truth: ((line: Line) => Tensor | undefined) | undefined;
  /** Lines by the names that they are of, and the steps. */
  private readonly lines: ReadonlyMap<string, ReadonlyMap<string, Line>>;

  /** Values at steps that were read since a name got a value. */
  private readonly read = new Map<string, Tensor>();
  /** Those that are being read. */
  private readonly reading = new Set<string>();

  /** `right` gives the right side of a line, `truth` what is known to be its value at all steps. */
  constructor(page: Page, right: Right, truth?: (line: Line) => Tensor | undefined) {
    this.page = page;
    this.said = saidIn(page.conventions);
    [this.right, this.truth] = [right, truth];
    const lines = new Map<string, Map<string, Line>>();
    for (const line of page.lines) {
      const [base, step] = (page.symbols.has(line.left) ? undefined : stepped(line.left, undefined)) ?? [];
      if (base !== undefined && step !== undefined) lines.set(base, (lines.get(base) ?? new Map<string, Line>()).set(step, line));
    }
    this.lines = lines;
  }

  /** Whether the line is one of what changes from step to step. */
  isOfSteps({ left }: Line): boolean {
    const [base = ""] = this.page.symbols.has(left) ? [] : (stepped(left, undefined) ?? []);
    return this.lines.has(base);
  }

  /** The value of such a line, at all steps if it stands for all. */
  whole(line: Line, scope: Scope): Tensor {
    const [base, step] = stepped(line.left, undefined) as readonly [string, string];
    if (step !== "t") return this.right(line, scope);
    return stacked(this.each(this.last(base), scope, (inside) => this.right(line, inside)));
  }

  /** What `f` gives at each of `count` steps. */
  each(count: number, scope: Scope, f: (inside: Scope) => Tensor): Tensor[] {
    return Array.from({ length: count }, (_, i) => f({ ...scope, t: i + 1 }));
  }

  /** The value of a name with a step. */
  value(name: string, step: string | undefined, scope: Scope): Tensor {
    const [, first] = (step === undefined && /^(.*)_1$/u.exec(name)) || [];
    if (first !== undefined && this.lines.has(first)) return this.at(first, 1, scope);
    const [base, at] = (step === undefined && this.lines.has(name) ? undefined : stepped(name, step)) ?? [];
    if (base === undefined || at === undefined) {
      if (!this.lines.has(name)) throw new Unreadable(`${name} has no value`);
      if (!this.said.isFirst) throw new Unreadable(`nothing says how ${name} without a step lies`);
      return stacked(this.each(this.last(name), scope, (inside) => this.at(name, inside.t as number, scope)));
    }
    const place = placeOf(parse(at.replace(/([+−])/u, " $1 ")), scope.t, () => this.last(base));
    return this.lines.has(base) ? this.at(base, place, scope) : this.cut(base, place, scope);
  }

  private at(base: string, place: number, scope: Scope): Tensor {
    const lines = this.lines.get(base) as ReadonlyMap<string, Line>;
    const inside = { ...scope, t: place };
    const always = lines.get("t");
    if (place >= 1 && place <= this.last(base)) {
      if (!always) throw new Unreadable(`no line for ${base}_t`);
      const known = this.truth?.(always);
      return known ? sliced(known, 0, place - 1) : this.once(`${base} ${place}`, () => this.right(always, inside));
    }
    const edge = lines.get(place === 0 ? "0" : "T+1");
    if (edge) return this.right(edge, scope);
    if (!this.said.isZero) throw new Unreadable(`nothing says what ${base} is ${place === 0 ? "before the first" : "behind the last"} step`);
    return zeros((this.page.symbols.get(base)?.shape ?? []).map((extent) => axisOf(extent, scope)));
  }

  private once(key: string, value: () => Tensor): Tensor {
    const known = this.read.get(key);
    if (known) return known;
    if (this.reading.has(key)) throw new Unreadable(`${key} is said by itself`);
    this.reading.add(key);
    try {
      const read = value();
      this.read.set(key, read);
      return read;
    } finally {
      this.reading.delete(key);
    }
  }

  /** Names have other values. */
  forget(): void {
    this.read.clear();
  }

  /** A step of a value that has all of them. */
  private cut(base: string, place: number, scope: Scope): Tensor {
    const axis = this.axisOf(this.page.symbols.get(base)?.shape);
    if (axis === undefined) throw new Unreadable(`nothing says along which axis the steps of ${base} lie`);
    return sliced(scope.value(base), axis, place - 1);
  }

  /** The axis of a shape that goes over steps. */
  private axisOf(shape: readonly string[] | undefined): number | undefined {
    return shape && shape[0] !== "batch" && this.said.isElseFirst ? 0 : this.said.axis;
  }

  /** The number of steps of what stands at one of them in `formula`. */
  countIn(formula: Formula): number {
    const [base] = namesIn(formula).flatMap(([name, step]) => stepped(name, step)?.[0] ?? []);
    if (base === undefined) throw new Unreadable("nothing says how many steps there are");
    return this.last(base);
  }

  /** The number of steps of `base`: what stands behind its shape, else the extent of its axis of steps. */
  private last(base: string): number {
    const { shape, steps } = this.page.symbols.get(base) ?? {};
    if (steps !== undefined) return steps;
    const axis = this.axisOf(shape);
    if (axis === undefined || !shape || this.lines.has(base)) throw new Unreadable(`nothing says how many steps ${base} has`);
    return Number(shape[axis]);
  }
}

/** The names in a formula, with their steps. */
function namesIn(formula: Formula): (readonly [name: string, step: string | undefined])[] {
  const found: (readonly [string, string | undefined])[] = [];
  mapParts(formula, (part) => {
    if (part.kind === "name") found.push([part.name, part.step]);
    return undefined;
  });
  return found;
}

function placeOf(step: Formula, t: number | undefined, last: () => number): number {
  if (step.kind === "number") return step.value;
  if (step.kind === "name" && step.name === "T") return last();
  if (step.kind === "name" && step.name === "t" && t !== undefined) return t;
  if (step.kind !== "infix") throw new Unreadable("a step outside of steps");
  const [x, y] = [placeOf(step.x, t, last), placeOf(step.y, t, last)];
  return step.sign === "+" ? x + y : x - y;
}

const axisOf = (extent: string, { value }: Scope): Axis =>
  extent === "batch" ? { extent: value("batch").data[0] as number, batch: true } : { extent: Number(extent) };

const zeros = (axes: readonly Axis[]): Tensor => build(axes, () => 0);

/** The element of `x` at a place of one of its axes. */
function sliced(x: Tensor, along: number, place: number): Tensor {
  if (place < 0 || place >= ((x.axes[along] as Axis | undefined)?.extent ?? 0)) throw new Unreadable(`no step ${place + 1}`);
  const read = reader(x);
  return build(
    x.axes.filter((_, axis) => axis !== along),
    (at) => read([...at.slice(0, along), place, ...at.slice(along)]),
  );
}

/** Values of all steps, which have the steps first. */
function stacked(values: readonly Tensor[]): Tensor {
  const [first] = values as [Tensor];
  const readers = values.map(reader);
  return build([{ extent: values.length }, ...first.axes], (at) => (readers[at[0] as number] as (at: readonly number[]) => number)(at.slice(1)));
}
