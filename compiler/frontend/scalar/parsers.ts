// Readers of both notations. What they parse with is large, so that it is loaded by the first arrow or formula that is read.
import { type Host, ownPackages } from "../host.ts";
import { fromFormula, type Mathjs } from "./from-formula.ts";
import { type Acorn, fromFunction } from "./from-javascript.ts";
import type { AnyFunction } from "./source.ts";
import type { Constants, ScalarFunction } from "./tree.ts";

/** Readers of scalar functions. Neither evaluates what it reads. */
export interface ScalarParsers {
  /**
   * The scalar function that the source of `f` says, in JavaScript's meaning. Names that are not parameters come from `constants`,
   * then from the definition file around `f`.
   * @throws GradcError `untranslatable`, `unbound-name`
   */
  fromFunction(f: AnyFunction, constants?: Constants): ScalarFunction;
  /**
   * The scalar function that a formula such as `"(p - y)^2"` says. Its parameters are the names that `constants` does not give, in order of
   * first appearance; `pi` and `e` are numbers, unless there is an argument for them too (`arity` arguments in all).
   * @throws GradcError `untranslatable`, `syntax-error`
   */
  fromFormula(text: string, constants?: Constants, arity?: number): ScalarFunction;
}

interface Libraries {
  acorn(): Acorn;
  mathjs(): Mathjs;
}

const readersWith = ({ acorn, mathjs }: Libraries): ScalarParsers => ({
  fromFunction: (f, constants) => fromFunction(acorn, f, constants),
  fromFormula: (text, constants, arity) => fromFormula(mathjs, text, constants, arity),
});

/** The readers of a machine that loads packages at once: mathjs from the one file that it has for pages, since its modules are a thousand files. */
export function scalarParsers(host: Host): ScalarParsers {
  const packages = ownPackages(host);
  return readersWith({
    acorn: () => packages.load("acorn") as Acorn,
    mathjs: () => packages.load("mathjs/lib/browser/math.js") as Mathjs,
  });
}

let acorn: Acorn | undefined;
let mathjs: Mathjs | undefined;

const fetchAcorn = async (): Promise<void> => {
  acorn = await import("acorn");
};
const fetchMathjs = async (): Promise<void> => {
  mathjs = await import("mathjs/number");
};

/** The readers of a page: what is not there yet is fetched, which `fetching` takes, and the reading fails. */
function parsersInPage(fetching: Promise<void>[]): ScalarParsers {
  const fetched = <T>(library: T | undefined, fetch: () => Promise<void>): T => {
    if (library) return library;
    fetching.push(fetch());
    throw new Error("The parser is being fetched");
  };
  return readersWith({ acorn: () => fetched(acorn, fetchAcorn), mathjs: () => fetched(mathjs, fetchMathjs) });
}

/** What `use` gives. In a page it begins anew where it needed what had to be fetched first. */
export async function withScalarParsers<T>(host: Host | undefined, use: (parsers: ScalarParsers) => T): Promise<T> {
  if (host) return use(scalarParsers(host));
  for (;;) {
    const fetching: Promise<void>[] = [];
    try {
      const made = use(parsersInPage(fetching));
      if (fetching.length === 0) return made;
    } catch (error) {
      if (fetching.length === 0) throw error;
    }
    await Promise.all(fetching);
  }
}
