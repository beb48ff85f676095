// A page read from top to bottom: the value of each line, from the values of what the table of symbols calls inputs, parameters and states.
import { inOrder } from "./apply.ts";
import { type Definition, definitionOf, definitionsIn } from "./definitions.ts";
import { tensorOf } from "./evaluate.ts";
import { lettersOf } from "./indices.ts";
import type { Line, Page } from "./page.ts";
import { type Formula, parse } from "./parse.ts";
import type { Scope } from "./scope.ts";
import { Steps } from "./steps.ts";
import { type Axis, cut, isLettered, plain, positionOf, scalar, type Tensor, Unreadable, unlettered } from "./tensor.ts";

export interface Given {
  /** Values by their names on the page; what is drawn as `random_3`. */
  readonly names: ReadonlyMap<string, Tensor>;
  /** The number of rows. */
  readonly batch: number;
  /** What an optimizer keeps for a parameter under a letter of its rule. */
  stateOf(letter: string, parameter: string): Tensor | undefined;
  /** The means and deviations that rows are standardised by, where there is one pair of them. */
  readonly standard?: { readonly mean: Tensor; readonly deviation: Tensor };
  /** Whether numbers stand for the nearest of f32. */
  readonly round?: boolean;
  /** The true value of a line, by which others are read where it cannot be read itself. */
  truth?(line: Line): Tensor | undefined;
}

/** What was found at a line: its value, or why there is none. */
export interface Found {
  readonly line: Line;
  /** The parameter that a rule is read for. */
  readonly of?: string;
  readonly value?: Tensor;
  readonly reason?: string;
}

/** All lines of `page` and what they are. */
export function readLines(page: Page, given: Given): Found[] {
  return new Reading(page, given).all();
}

class Reading {
  private readonly page: Page;
  private readonly given: Given;
  private readonly names: Map<string, Tensor>;
  private readonly columns = new Map<string, number>();
  private readonly conventions: ReturnType<typeof definitionsIn>;
  private readonly steps: Steps;

  constructor(page: Page, given: Given) {
    this.page = page;
    this.given = given;
    this.names = new Map([...given.names, ...this.tables(), ["batch", scalar(given.batch)]]);
    this.conventions = definitionsIn(page.conventions);
    this.steps = new Steps(page, (line, scope) => this.right(line, line.right[0] as string, scope), given.truth?.bind(given));
  }

  /** Constants, of which the page says all elements. */
  private tables(): [string, Tensor][] {
    return [...this.page.symbols.values()].flatMap(({ name, elements }): [string, Tensor][] =>
      elements ? [[name, { axes: this.shapeOf(name) ?? [], data: Float64Array.from(elements) }]] : [],
    );
  }

  /** Lines that wait for what stands on others are read once more when something else was. */
  all(): Found[] {
    const found = new Map<Line, Found>();
    const single = this.page.lines.filter(({ rule }) => !rule);
    for (let waiting = single; waiting.length > 0; ) {
      for (const line of waiting) found.set(line, this.line(line));
      const still = waiting.filter((line) => found.get(line)?.reason !== undefined);
      if (still.length === waiting.length) this.bind(still[0] as Line, undefined);
      waiting = still.length === waiting.length ? still.slice(1) : still;
    }
    return [...single.map((line) => found.get(line) as Found), ...this.rules()];
  }

  /** The name stands for `value`, or for what it should be where that is known, so that each line is read for itself. */
  private bind(line: Line, value: Tensor | undefined): void {
    const { left, section, sign } = line;
    const own = this.given.truth?.(line) ?? value;
    if (own && sign === "=" && (section !== "The same, without overflow" || !this.names.has(left))) {
      this.names.set(left, own);
      this.steps.forget();
    }
  }

  private line(line: Line): Found {
    try {
      if (this.steps.isOfSteps(line)) return { line, value: this.steps.whole(line, this.scope(line)) };
      if (this.cutInParts(line)) return { line, value: this.right(line, line.right[0] as string, this.scope(line)) };
      const values = line.right.map((text) => this.right(line, text, this.scope(line)));
      this.bind(line, values[0] as Tensor);
      return { line, value: values[0] as Tensor };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return { line, reason: error.message };
    }
  }

  /** What is known on the left of `W = concat(W_q, W_k, W_v)` says what the parts are, which the table of symbols knows the shapes of. */
  private cutInParts({ left, right }: Line): boolean {
    const whole = this.given.names.get(left);
    const formula = parse(right[0] as string);
    if (!whole || formula.kind !== "call" || formula.name !== "concat") return false;
    const parts = formula.args.map((part) => (part.kind === "name" ? part.name : ""));
    const along = formula.settings === undefined ? whole.axes.length - 1 : positionOf(formula.settings);
    let from = 0;
    for (const part of parts) {
      const extent = this.shapeOf(part)?.[along]?.extent;
      if (extent === undefined) throw new Unreadable(`nothing says how much of ${left} ${part} is`);
      this.names.set(part, cut(whole, along, from, extent));
      from += extent;
    }
    return true;
  }

  /** The value of a right side. */
  private right(line: Line, text: string, scope: Scope): Tensor {
    const formula = parse(text);
    const rows = /^∂[^/]*\/∂(.*)$/u.exec(line.left)?.[1];
    const shape = rows === undefined ? undefined : this.shapeOf(rows);
    const own: Scope = { ...scope, ...(shape?.[0] && { rows: shape[0].extent }) };
    if (!line.letters) return this.ofOneElement(this.ofEach(plain(tensorOf(formula, own)), shape), shape ?? this.shapeOf(line.left));
    const letters = this.lettersOf(line, formula, own);
    const value = tensorOf(formula, { ...own, ...this.outside(), letters });
    return inOrder(isLettered(value) ? value : unlettered(value), line.letters, letters);
  }

  /** A number that is the gradient of what has `axes`, for each of its elements, if the page says so. */
  private ofEach(value: Tensor, axes: Axis[] | undefined): Tensor {
    const isSaid = axes && this.page.conventions.some((each) => each.startsWith("A number that is a gradient is so for each"));
    if (!isSaid || value.axes.length > 0) return value;
    return { axes, data: new Float64Array(axes.reduce((count, { extent }) => count * extent, 1)).fill(value.data[0] as number) };
  }

  /** What has one element, in the shape of its name, if the page says that it stands for that. */
  private ofOneElement(value: Tensor, axes: Axis[] | undefined): Tensor {
    const isSaid = this.page.conventions.some((each) => each.startsWith("What has one element stands for that number"));
    return isSaid && value.data.length === 1 && axes?.every(({ extent, batch }) => extent === 1 && !batch) ? { axes, data: value.data } : value;
  }

  /** What the page says of places outside of a table. */
  private outside(): Pick<Scope, "outside" | "fill"> {
    const says = (pattern: RegExp) => this.page.conventions.some((each) => pattern.test(each));
    if (says(/outside of a table.* 0 in a Σ and −∞ in a max/u)) return { fill: { Σ: 0, max: Number.NEGATIVE_INFINITY } };
    return says(/^Outside .* is 0/u) ? { outside: 0 } : {};
  }

  /** The axes of letters: those of the left side where the table of symbols says how many there are. */
  private lettersOf(line: Line, formula: Formula, scope: Scope): Map<string, Axis> {
    const letters = line.letters ?? [];
    const shape = this.shapeOf(/^∂[^/]*\/∂(.*)$/u.exec(line.left)?.[1] ?? line.left);
    return lettersOf(formula, scope, tensorOf, new Map(letters.flatMap((letter, i) => (shape?.[i] ? [[letter, shape[i]] as const] : []))));
  }

  /** What the table of symbols says of a name. */
  private shapeOf(name: string): Axis[] | undefined {
    return this.page.symbols
      .get(name)
      ?.shape.map((extent) => (extent === "batch" ? { extent: this.given.batch, batch: true } : { extent: Number(extent) }));
  }

  private scope(line: Line, more: ReadonlyMap<string, Tensor> = new Map()): Scope {
    const { lines } = this.page;
    const at = lines.indexOf(line) + 1;
    // What stands nearest above is meant, else what stands below.
    const near = [...lines.slice(at).reverse(), ...lines.slice(0, at)].flatMap(({ where }) => where);
    const own = near.flatMap(([left, right]): Definition[] => (definitionOf(left, right) ? [definitionOf(left, right) as Definition] : []));
    const scope: Scope = {
      value: (name, step, t) =>
        more.get(name) ??
        (step === undefined ? this.names.get(name) : undefined) ??
        this.elsewhere(name, step, { ...scope, ...(t !== undefined && { t }) }),
      steps: (inside, body, f) => this.steps.each(this.steps.countIn(body), inside, f),
      definitions: { ...this.conventions, formulas: [...this.conventions.formulas, ...own] },
      columns: this.columns,
      ...(this.given.round && { round: true }),
    };
    return scope;
  }

  /** A name that stands for no value of the table: a part of a standardisation, what is defined below a line, or a step of a sequence. */
  private elsewhere(name: string, step: string | undefined, scope: Scope): Tensor {
    const { standard } = this.given;
    if (step === undefined && standard && (name === "mean" || name === "deviation")) return standard[name];
    if (name === "π" && this.page.conventions.some((line) => line.startsWith("π is the number"))) return { axes: [], data: Float64Array.of(Math.PI) };
    const [, below] = this.page.lines.flatMap(({ where }) => where).find(([left]) => left === name) ?? [];
    if (step === undefined && below !== undefined) return tensorOf(parse(below), scope);
    const next = this.page.lines.find(({ left, sign, rule }) => sign === "←" && !rule && name === `${left}⁺`);
    if (next) return this.right(next, next.right[0] as string, scope);
    return this.steps.value(name, step, scope);
  }

  private rules(): Found[] {
    return this.page.lines.flatMap((line, at) => (line.rule && this.page.lines[at - 1]?.rule !== line.rule ? this.rule(line) : []));
  }

  /** The lines of a rule for each parameter, one after the other, each with what those before it gave. */
  private rule({ rule }: Line): Found[] {
    const lines = this.page.lines.filter((line) => line.rule === rule);
    return (rule?.of ?? []).flatMap((of) => {
      const own = new Map<string, Tensor>();
      return lines.map((line): Found => {
        try {
          const value = this.updated(line, of, own);
          own.set(line.left, value);
          return { line, of, value };
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
          return { line, of, reason: error.message };
        }
      });
    });
  }

  private updated(line: Line, of: string, before: ReadonlyMap<string, Tensor>): Tensor {
    const { rule } = line;
    if (!rule) throw new Unreadable("no rule");
    const own = new Map(before);
    const scope = (): Scope => {
      const base = this.scope(line, own);
      return {
        ...base,
        value: (name, step, t) => own.get(name) ?? (this.names.has(name) ? undefined : this.given.stateOf(name, of)) ?? base.value(name, step, t),
      };
    };
    if (!own.has(rule.letter)) own.set(rule.letter, scope().value(of));
    for (const [name, text] of rule.with)
      own.set(name, scope().value(text.endsWith(`∂${rule.letter}`) ? `${text.slice(0, -rule.letter.length)}${of}` : text));
    const [name = "", first = 0] = rule.from ?? [];
    const t = this.names.get(name);
    if (t) own.set(name, scalar((t.data[0] as number) + first));
    return this.right(line, line.right[0] as string, scope());
  }
}
