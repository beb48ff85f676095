// The value of a formula that was read, in f64, where names have values.
import { formulaShapes, formulaTooLarge, notOnThePage, type Place } from "../diagnostics/formulas.ts";
import { applied, arityOf, functionNames, isFunction, sum } from "./functions.ts";
import { axesNamed } from "./given.ts";
import { freeLetters, hasPlaces, tableOf } from "./lettered.ts";
import { broadcasted, reshaped } from "./movement.ts";
import { ofGroups } from "./parts.ts";
import { extremeOf, Places, placesAlong, placesIn } from "./places.ts";
import { outer, product, star } from "./products.ts";
import { insideMeaning, insideOf, type Meaning, type Scope } from "./scope.ts";
import { nearestOf } from "./spelling.ts";
import { contracted, elementwise, Misfit, make, permuted, scalar, stacked, type Tensor, transposed, type Work, withoutOnes } from "./tensor.ts";
import { type Call, type Product, type ProductSign, partsOf, type Relation, replaced, type Sum, type Term } from "./tree.ts";

/** Elements that are computed for one formula. */
const mostElements = 2_000_000;

/** A count of the elements that are computed, which ends with an error. */
export function workOf(most = mostElements): Work {
  let left = most;
  return {
    spend(elements) {
      left -= elements;
      if (!(left >= 0)) throw formulaTooLarge(`it takes more than ${most} numbers`);
    },
  };
}

const relations: Readonly<Record<Relation, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "≠": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "≤": (a, b) => a <= b,
  ">": (a, b) => a > b,
  "≥": (a, b) => a >= b,
};

/** Values of trees, of which each is computed once. */
export class Evaluator {
  private readonly known = new Map<Term, Tensor>();
  private readonly scope: Scope;
  private readonly work: Work;
  private readonly places: Places;

  private readonly reuse: (term: Term) => Tensor | undefined;

  /** `reuse` gives values of terms that are known already. */
  constructor(scope: Scope, work: Work, reuse: (term: Term) => Tensor | undefined = () => undefined) {
    this.scope = scope;
    this.work = work;
    this.reuse = reuse;
    this.places = new Places((name) => this.scope.valueOf(name) !== undefined);
  }

  /** The value of `term`, where it was computed here. */
  knownOf = (term: Term): Tensor | undefined => this.known.get(term);

  /** @throws GradcError `formula-shapes`, `formula-too-large`, `not-on-the-page` */
  valueOf(term: Term): Tensor {
    const found = this.known.get(term) ?? this.reuse(term);
    if (found) return found;
    const value = this.computed(term);
    this.known.set(term, value);
    return value;
  }

  private computed(term: Term): Tensor {
    this.work.spend(1);
    try {
      return this.byKind(term);
    } catch (error) {
      if (error instanceof Misfit) throw formulaShapes(error.message, term.at);
      throw error;
    }
  }

  private byKind(term: Term): Tensor {
    switch (term.kind) {
      case "number":
        return scalar(term.value);
      case "name":
        return this.named(term);
      case "derivative":
        return this.slope(term);
      case "call":
        return this.called(term);
      case "sum":
        return this.added(term);
      case "product":
        return this.multiplied(term);
      case "power":
        return this.map((x, n) => x ** n, term.base, term.exponent);
      case "transpose":
        return transposed(this.valueOf(term.base));
      case "total":
        return this.summed(term.over, term.body, term.at);
      case "indexed":
        return this.indexed(term);
      case "table":
        return tableOf(term.letters, term.body, this.scope.shape, this.around);
      case "element":
      case "extreme":
      case "tuple":
        return this.byLetters(term);
      case "relation":
        return this.related(term);
      case "extents":
        throw new Misfit("a shape where a value belongs");
      case "indicator":
        return this.valueOf(term.body);
      case "not":
        return this.map((x) => Number(x === 0), term.body);
      case "cases":
        return this.map((holds, value, otherwise) => (holds ? value : otherwise), term.condition, term.value, term.otherwise);
    }
  }

  /** What stands around letters of elements. */
  private get around() {
    return {
      valueOf: (part: Term) => this.valueOf(part),
      meaningOf: (call: Extract<Term, { kind: "call" }>) => this.scope.meaningOf?.(call),
      work: this.work,
    };
  }

  /** Elements without letters on the left: those that stand free are the axes, in the order of the alphabet. */
  private byLetters(term: Term): Tensor {
    return tableOf(
      freeLetters(term, (name) => this.scope.valueOf(name) !== undefined),
      term,
      this.scope.shape,
      this.around,
    );
  }

  private map(f: (...xs: number[]) => number, ...terms: readonly Term[]): Tensor {
    return elementwise(f, this.valuesOf(terms), this.work);
  }

  /** The values of what stands beside each other: letters of places go along the axes of the others. */
  private valuesOf(terms: readonly Term[]): Tensor[] {
    const open = terms.map((term) => this.places.isOpen(term));
    const values = terms.map((term, i) => (open[i] ? undefined : this.valueOf(term)));
    if (!open.includes(true)) return values as Tensor[];
    const beside = values.reduce<readonly number[]>((most, x) => (x && x.shape.length > most.length ? x.shape : most), []);
    const frame = beside.length > 0 ? beside : (this.scope.shape ?? []);
    return terms.map((term, i) => values[i] ?? this.placed(term, frame));
  }

  /** A term in which letters stand for places along `frame`. */
  private placed(term: Term, frame: readonly number[]): Tensor {
    const rank = this.places.rankOf(term);
    const { scope } = this;
    const named = (name: string) =>
      scope.valueOf(name) ?? (/^[i-w]$/.test(name) && rank <= frame.length ? placesAlong(name, rank, frame, this.work) : undefined);
    return new Evaluator({ ...insideOf(scope), valueOf: named }, this.work).valueOf(term);
  }

  private related(term: Extract<Term, { kind: "relation" }>): Tensor {
    const holds = (a: number, b: number) => Number(relations[term.op](a, b));
    const extreme = extremeOf(term);
    if (!extreme || term.left.kind !== "name" || this.scope.valueOf(term.left.name)) return this.map(holds, term.left, term.right);
    const places = placesIn(this.valueOf(extreme.args[0] as Term), term.left.name, this.work);
    return elementwise(holds, [places, this.valueOf(extreme)], this.work);
  }

  private named({ name, at }: Extract<Term, { kind: "name" }>): Tensor {
    const value = this.scope.valueOf(name);
    if (!value) throw notOnThePage("value", name.slice(0, 60), nearestOf(name, this.scope.names()), at);
    return value;
  }

  private slope({ of, by, at }: Extract<Term, { kind: "derivative" }>): Tensor {
    const value = this.scope.derivative(of, by);
    if (!value) throw notOnThePage("derivative", `∂${of}/∂${by}`, undefined, at);
    return value;
  }

  private called(call: Extract<Term, { kind: "call" }>): Tensor {
    const { name, subscript, args, condition, at } = call;
    const meaning = this.scope.meaningOf?.(call);
    if (meaning) return this.meant(meaning, call);
    if (!isFunction(name)) throw notOnThePage("function", name, nearestOf(name, functionNames), at);
    const all = name === "standardize" && args.length === 1 ? [...args, ...this.states()] : args;
    const special = this.specially(call);
    if (special) return special;
    const [least, most] = arityOf(name);
    if (all.length < least || all.length > most) throw formulaShapes(`${name} of ${args.length} arguments`, at);
    const classes = name === "onehot" ? this.scope.classesOf(args[0] as Term) : 0;
    if (classes === undefined) throw formulaShapes("onehot beside nothing that tells how many columns it has", at);
    const values = this.valuesOf(condition ? [...all, condition] : all);
    const given = { subscript, classes, shape: this.scope.shape, work: this.work };
    const value = applied(name, values.slice(0, all.length), { ...given, condition: condition && values.at(-1) });
    if (!value) throw notOnThePage("function", `${name}_${subscript}`, undefined, at);
    return value;
  }

  /** The value of a function of more than values. */
  private specially({ name, subscript = "", args, at }: Extract<Term, { kind: "call" }>): Tensor | undefined {
    const [first, second] = args;
    if (name === "random") {
      const drawn = args.length === 0 ? this.scope.random?.(subscript) : undefined;
      if (!drawn) throw notOnThePage("function", `random_${subscript}`, undefined, at);
      return drawn;
    }
    if (name === "index") {
      if (args.length !== 1 || first?.kind !== "name" || first.name !== "batch") throw new Misfit("index of anything but batch");
      const rows = this.valueOf(first).data[0] as number;
      return make(
        [rows],
        Float64Array.from({ length: rows }, (_, row) => row),
        ["batch"],
      );
    }
    if (/^group(,|$)/.test(subscript) && first) return this.grouped(name, first, subscript);
    if (name !== "reshape" && name !== "broadcast") return undefined;
    if (args.length !== 2 || !first || second?.kind !== "extents") throw new Misfit(`${name} of other than a value and a shape`);
    const shape = second.extents.map((extent) => this.valueOf(extent).data[0] as number);
    const names = second.extents.map((extent) => (extent.kind === "name" && extent.name === "batch" ? "batch" : undefined));
    return name === "reshape" ? reshaped(this.valueOf(first), shape, names) : broadcasted(this.valueOf(first), shape, names, this.work);
  }

  /** `mean_group,k,l(x)` */
  private grouped(name: string, x: Term, subscript: string): Tensor {
    const { parts } = this.scope;
    if (parts === undefined || (name !== "mean" && name !== "var")) throw new Misfit(`${name}_${subscript} where there are no groups`);
    return ofGroups(name, this.valueOf(x), subscript.split(",").slice(1), parts, this.work);
  }

  /** The one pair of states by which inputs are standardized. */
  private states(): Term[] {
    const at = { line: 1, column: 1 };
    return ["mean", "deviation"].flatMap((state): Term[] => {
      const found = [...this.scope.names()].filter((name) => name.endsWith(`standardize_${state}`));
      return found.length === 1 ? [{ kind: "name", name: found[0] as string, at }] : [];
    });
  }

  private meant(meaning: Meaning, call: Call): Tensor {
    const { args } = call;
    const { scope } = this;
    // Conditions in which letters stand for places take the places of their names.
    const open = new Map(meaning.formal.flatMap((name, i) => (args[i] && this.places.isOpen(args[i]) ? [[name, args[i]] as const] : [])));
    const values = args.map((arg) => (this.places.isOpen(arg) ? undefined : this.valueOf(arg)));
    const given = new Map(meaning.formal.flatMap((name, i) => (values[i] ? [[name, values[i]] as const] : [])));
    const body = open.size > 0 ? replaced(meaning.body, open) : meaning.body;
    return new Evaluator(insideMeaning(scope, call, given), this.work).valueOf(body);
  }

  private added({ terms }: Sum): Tensor {
    const values = this.valuesOf(terms.map(({ term }) => term));
    const signed = (value: Tensor, negative: boolean) => (negative ? elementwise((x) => -x, [value], this.work) : value);
    return terms.reduce<Tensor | undefined>(
      (total, { negative, term }, i) =>
        total === undefined ? signed(values[i] as Tensor, negative) : this.sumOf(total, negative, values[i] as Tensor, term),
      undefined,
    ) as Tensor;
  }

  private sumOf(total: Tensor, negative: boolean, value: Tensor, term: Term): Tensor {
    return this.at(term, () => elementwise(negative ? (a, b) => a - b : (a, b) => a + b, [total, value], this.work));
  }

  /** What does not fit in `compute` is said of where `term` stands. */
  private at<T>(term: Term, compute: () => T): T {
    try {
      return compute();
    } catch (error) {
      if (error instanceof Misfit) throw formulaShapes(error.message, term.at);
      throw error;
    }
  }

  private multiplied(term: Product & Pick<Term, "at">): Tensor {
    const pair = indexedPair({ ...term });
    if (pair) return this.einsum(pair, []);
    const { first, rest } = term;
    const [start, ...values] = this.valuesOf([first, ...rest.map(({ factor }) => factor)]);
    return rest.reduce((left, { sign, factor }, i) => this.at(factor, () => this.joined(left, sign, values[i] as Tensor)), start as Tensor);
  }

  private joined(x: Tensor, sign: ProductSign, y: Tensor): Tensor {
    if (sign === "/") return elementwise((a, b) => a / b, [x, y], this.work);
    if (sign === "⊙") return elementwise((a, b) => a * b, [x, y], this.work);
    if (sign === "⊗") return outer(x, y, this.work);
    return sign === "*" ? star(x, y, this.scope.elementsFirst === true, this.work) : product(x, y, this.work);
  }

  private summed(over: readonly string[], body: Term, at: Place): Tensor {
    if (over.some((name) => name.includes("<")) || hasPlaces(body)) return this.byLetters({ kind: "total", over, body, at });
    const steps = over.includes("t") ? this.stepsIn(body) : undefined;
    if (steps !== undefined) return this.overSteps(over, body, steps);
    const pair = indexedPair(body);
    if (pair) return this.einsum(pair, over);
    const value = this.valueOf(body);
    return sum(value, over.length === 0 ? [...value.shape.keys()] : axesNamed(value, over), this.work);
  }

  /** How many steps what is at one of them in `term` has. */
  private stepsIn(term: Term): number | undefined {
    const stack = [term];
    for (let part = stack.pop(); part; part = stack.pop()) {
      const steps = part.kind === "name" ? this.scope.stepsOf?.(part.name) : undefined;
      if (steps !== undefined) return steps;
      stack.push(...partsOf(part));
    }
    return undefined;
  }

  private overSteps(over: readonly string[], body: Term, steps: number): Tensor {
    const rest = over.filter((name) => name !== "t");
    const term: Term = rest.length > 0 ? { kind: "total", over: rest, body, at: body.at } : body;
    const values = atSteps(term, this.scope, steps, this.work);
    return values.reduce((total, value) => elementwise((a, b) => a + b, [total, value], this.work));
  }

  /** `Σ_k x[i,k]·y[k,j]`: the axes of the value are the free letters in alphabetical order. */
  private einsum([x, y]: readonly [Indexed, Indexed], over: readonly string[]): Tensor {
    const [a, b] = [x, y].map(({ base, letters, at }) => {
      const value = withoutOnes(this.valueOf(base), letters.length);
      if (value.shape.length !== letters.length) throw formulaShapes(`${letters.length} letters for ${value.shape.length} axes`, at);
      return value;
    }) as [Tensor, Tensor];
    const rows = [rowsOf(a, x.letters), rowsOf(b, y.letters)].find((letter) => letter !== undefined);
    const summed = over.map((name) => (name === "batch" ? (rows ?? name) : name));
    const result = [...new Set([...x.letters, ...y.letters])].filter((letter) => !summed.includes(letter)).sort();
    const { shape, data } = contracted(a, x.letters, b, y.letters, result, this.work);
    return make(shape, data, result);
  }

  private indexed({ base, letters, at }: Indexed): Tensor {
    const value = withoutOnes(this.valueOf(base), letters.length);
    if (value.shape.length !== letters.length || new Set(letters).size < letters.length)
      throw formulaShapes(`${letters.length} letters for ${value.shape.length} axes`, at);
    const order = [...letters.keys()].sort((a, b) => ((letters[a] as string) < (letters[b] as string) ? -1 : 1));
    const { shape, data } = permuted(value, order);
    const axes = order.map((axis) => letters[axis]);
    const rows = rowsOf(value, letters);
    return { ...make(shape, data, axes), isIndexed: true, ...(rows !== undefined && { rows }) };
  }
}

type Indexed = Extract<Term, { kind: "indexed" }>;

/** The letter that the axis of the rows has. */
const rowsOf = ({ axes }: Tensor, letters: readonly string[]): string | undefined => letters[axes?.indexOf("batch") ?? -1];

/** The factors of `x[i,k]·y[k,j]`. */
function indexedPair(body: Term): readonly [Indexed, Indexed] | undefined {
  if (body.kind !== "product" || body.rest.length !== 1) return undefined;
  const [x, y] = partsOf(body) as [Term, Term];
  return x.kind === "indexed" && y.kind === "indexed" && body.rest[0]?.sign !== "/" ? [x, y] : undefined;
}

/** The values of `term` at each of `steps` steps. */
export const atSteps = (term: Term, scope: Scope, steps: number, work: Work): Tensor[] =>
  Array.from({ length: steps }, (_, at) => new Evaluator(scope.atStep?.(at + 1) ?? scope, work).valueOf(term));

/** The values of `term` at each of `steps` steps, along a first axis. @throws GradcError as `evaluate` */
export function evaluateSteps(term: Term, scope: Scope, steps: number, work: Work = workOf()): Tensor {
  try {
    return stacked(atSteps(term, scope, steps, work), work);
  } catch (error) {
    if (error instanceof Misfit) throw formulaShapes(error.message, term.at);
    throw error;
  }
}

/** The value of `term`. @throws GradcError `formula-shapes`, `formula-too-large`, `not-on-the-page` */
export const evaluate = (term: Term, scope: Scope, work: Work = workOf()): Tensor => new Evaluator(scope, work).valueOf(term);
