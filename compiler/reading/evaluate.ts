// The value of a formula that was read, in f64, where names have values.
import { formulaShapes, formulaTooLarge, notOnThePage } from "../diagnostics/formulas.ts";
import { applied, arityOf, axesNamed, functionNames, isFunction, sum } from "./functions.ts";
import { outer, product, star } from "./products.ts";
import { nearestOf } from "./spelling.ts";
import { contracted, elementwise, Misfit, make, permuted, scalar, type Tensor, transposed, type Work } from "./tensor.ts";
import { type Call, type Product, type ProductSign, partsOf, type Relation, type Sum, type Term } from "./tree.ts";

/** A function that a page says the meaning of. */
export interface Meaning {
  readonly formal: readonly string[];
  readonly body: Term;
}

/** What names mean. */
export interface Scope {
  valueOf(name: string): Tensor | undefined;
  derivative(of: string, by: string): Tensor | undefined;
  /** What a function means that is not known by itself. */
  meaningOf?(call: Call): Meaning | undefined;
  /** How many columns `onehot` of `argument` has. */
  classesOf(argument: Term): number | undefined;
  /** The names that there are, for who mistypes one. */
  names(): Iterable<string>;
  /** Whether `*` of tables multiplies elements where a product of matrices fits too. */
  readonly elementsFirst?: boolean;
}

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

  private readonly reuse: (term: Term) => Tensor | undefined;

  /** `reuse` gives values of terms that are known already. */
  constructor(scope: Scope, work: Work, reuse: (term: Term) => Tensor | undefined = () => undefined) {
    this.scope = scope;
    this.work = work;
    this.reuse = reuse;
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
        return this.summed(term.over, term.body);
      case "indexed":
        return this.indexed(term);
      case "relation":
        return this.map((a, b) => Number(relations[term.op](a, b)), term.left, term.right);
      case "indicator":
        return this.valueOf(term.body);
      case "not":
        return this.map((x) => Number(x === 0), term.body);
      case "cases":
        return this.map((holds, value, otherwise) => (holds ? value : otherwise), term.condition, term.value, term.otherwise);
    }
  }

  private map(f: (...xs: number[]) => number, ...terms: readonly Term[]): Tensor {
    return elementwise(
      f,
      terms.map((term) => this.valueOf(term)),
      this.work,
    );
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
    if (meaning) return this.meant(meaning, args);
    if (!isFunction(name)) throw notOnThePage("function", name, nearestOf(name, functionNames), at);
    const all = name === "standardize" && args.length === 1 ? [...args, ...this.states()] : args;
    const [least, most] = arityOf(name);
    if (all.length < least || all.length > most) throw formulaShapes(`${name} of ${args.length} arguments`, at);
    const classes = name === "onehot" ? this.scope.classesOf(args[0] as Term) : 0;
    if (classes === undefined) throw formulaShapes("onehot beside nothing that tells how many columns it has", at);
    const values = all.map((arg) => this.valueOf(arg));
    const value = applied(name, values, { subscript, condition: condition && this.valueOf(condition), classes, work: this.work });
    if (!value) throw notOnThePage("function", `${name}_${subscript}`, undefined, at);
    return value;
  }

  /** The one pair of states by which inputs are standardized. */
  private states(): Term[] {
    const at = { line: 1, column: 1 };
    return ["mean", "deviation"].flatMap((state): Term[] => {
      const found = [...this.scope.names()].filter((name) => name.endsWith(`standardize_${state}`));
      return found.length === 1 ? [{ kind: "name", name: found[0] as string, at }] : [];
    });
  }

  private meant({ formal, body }: Meaning, args: readonly Term[]): Tensor {
    const values = args.map((arg) => this.valueOf(arg));
    const { scope } = this;
    const inner: Scope = { ...insideOf(scope), valueOf: (name) => values[formal.indexOf(name)] ?? scope.valueOf(name) };
    return new Evaluator(inner, this.work).valueOf(body);
  }

  private added({ terms }: Sum): Tensor {
    const signs = terms.map(({ negative }) => (negative ? -1 : 1));
    if (terms.length > 1)
      return terms
        .slice(1)
        .reduce((total, { negative, term }) => this.sumOf(total, negative, this.valueOf(term), term), this.signed(terms[0] as Sum["terms"][number]));
    return elementwise((x) => (signs[0] as number) * x, [this.valueOf((terms[0] as Sum["terms"][number]).term)], this.work);
  }

  private signed({ negative, term }: Sum["terms"][number]): Tensor {
    const value = this.valueOf(term);
    return negative ? elementwise((x) => -x, [value], this.work) : value;
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

  private multiplied({ first, rest }: Product): Tensor {
    return rest.reduce((left, { sign, factor }) => this.at(factor, () => this.joined(left, sign, this.valueOf(factor))), this.valueOf(first));
  }

  private joined(x: Tensor, sign: ProductSign, y: Tensor): Tensor {
    if (sign === "/") return elementwise((a, b) => a / b, [x, y], this.work);
    if (sign === "⊙") return elementwise((a, b) => a * b, [x, y], this.work);
    if (sign === "⊗") return outer(x, y, this.work);
    return sign === "*" ? star(x, y, this.scope.elementsFirst === true, this.work) : product(x, y, this.work);
  }

  private summed(over: readonly string[], body: Term): Tensor {
    const pair = indexedPair(body);
    if (pair) return this.einsum(pair, over);
    const value = this.valueOf(body);
    return sum(value, over.length === 0 ? [...value.shape.keys()] : axesNamed(value, over), this.work);
  }

  /** `Σ_k x[i,k]·y[k,j]`: the axes of the value are the free letters in alphabetical order. */
  private einsum([x, y]: readonly [Indexed, Indexed], over: readonly string[]): Tensor {
    const result = [...new Set([...x.letters, ...y.letters])].filter((letter) => !over.includes(letter)).sort();
    const [a, b] = [x, y].map(({ base, letters, at }) => {
      const value = this.valueOf(base);
      if (value.shape.length !== letters.length) throw formulaShapes(`${letters.length} letters for ${value.shape.length} axes`, at);
      return value;
    }) as [Tensor, Tensor];
    const { shape, data } = contracted(a, x.letters, b, y.letters, result, this.work);
    return make(shape, data, result);
  }

  private indexed({ base, letters, at }: Indexed): Tensor {
    const value = this.valueOf(base);
    if (value.shape.length !== letters.length || new Set(letters).size < letters.length)
      throw formulaShapes(`${letters.length} letters for ${value.shape.length} axes`, at);
    const order = [...letters.keys()].sort((a, b) => ((letters[a] as string) < (letters[b] as string) ? -1 : 1));
    const { shape, data } = permuted(value, order);
    return make(
      shape,
      data,
      order.map((axis) => letters[axis]),
    );
  }
}

type Indexed = Extract<Term, { kind: "indexed" }>;

/** The factors of `x[i,k]·y[k,j]`. */
function indexedPair(body: Term): readonly [Indexed, Indexed] | undefined {
  if (body.kind !== "product" || body.rest.length !== 1) return undefined;
  const [x, y] = partsOf(body) as [Term, Term];
  return x.kind === "indexed" && y.kind === "indexed" && body.rest[0]?.sign !== "/" ? [x, y] : undefined;
}

/** A scope with its functions as members of their own. */
const insideOf = (scope: Scope): Scope => ({
  valueOf: (name) => scope.valueOf(name),
  derivative: (of, by) => scope.derivative(of, by),
  classesOf: (argument) => scope.classesOf(argument),
  names: () => scope.names(),
  meaningOf: (call) => scope.meaningOf?.(call),
  ...(scope.elementsFirst !== undefined && { elementsFirst: scope.elementsFirst }),
});

/** The value of `term`. @throws GradcError `formula-shapes`, `formula-too-large`, `not-on-the-page` */
export const evaluate = (term: Term, scope: Scope, work: Work = workOf()): Tensor => new Evaluator(scope, work).valueOf(term);
