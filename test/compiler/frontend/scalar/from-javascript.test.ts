import { describe, expect, test } from "vitest";
import { type AnyFunction, recordSource } from "../../../../compiler/frontend/scalar/source.ts";
import { literal } from "../../../../compiler/frontend/scalar/tree.ts";
import { GradcError } from "../../../../runtime/error.ts";
import { parsers } from "../../../support/parsers.ts";

/** A function with exactly this source, as a minifier would leave it. */
const written = (source: string) => new Function(`return ${source}`)() as AnyFunction;

function refusal(f: AnyFunction, constants = {}): GradcError {
  try {
    parsers.fromFunction(f, constants);
  } catch (error) {
    if (error instanceof GradcError) return error;
    throw error;
  }
  throw new Error(`${f} was translated`);
}

describe("what is read", () => {
  test.each([
    ["arrow", "(p,y)=>p<y?p:y"],
    ["function", "function(p,y){return p<y?p:y}"],
    ["named function", "function least(p, y) { if (p < y) return p; else return y }"],
    ["method", "({ least(p, y) { if (p < y) { return p } return y } }).least"],
    ["constants of its own", "(p,y)=>{const a=p,b=y;let c=a<b;;return c?a:b}"],
    ["blocks", "(p, y) => { { if (p < y) return p } { return y } }"],
  ])("%s", (_, source) => {
    const { parameters, body } = parsers.fromFunction(written(source));
    const [p, y] = [0, 1].map((index) => ({ kind: "parameter", index }));
    expect(parameters).toEqual(["p", "y"]);
    expect(body).toEqual({ kind: "apply", operation: "select", operands: [{ kind: "apply", operation: "lt", operands: [p, y] }, p, y] });
  });

  test("constants by name, numbers only", () => {
    const f = written("() => delta");
    expect(parsers.fromFunction(f, { delta: 2.5 }).body).toEqual(literal(2.5));
    expect(refusal(f, { delta: "2.5" }).code).toBe("untranslatable");
  });

  test("an inner name hides an outer one, and Math where it is a parameter", () => {
    expect(parsers.fromFunction(written("() => { const delta = 1; return delta }"), { delta: 2 }).body).toEqual(literal(1));
    expect(refusal(written("(Math) => Math.abs(Math)")).code).toBe("untranslatable");
    expect(refusal(written("() => { { const a = 1 } return a }")).code).toBe("unbound-name");
  });

  test("arithmetic of numbers keeps f64", () => {
    expect(parsers.fromFunction(written("() => (1 - 0.999) / 2")).body).toEqual(literal((1 - 0.999) / 2));
  });
});

describe("what is refused", () => {
  test.each([
    ["(x) => x % 2", "x % 2", "line 1, column 8"],
    ["(x) => Math.cbrt(x)", "Math.cbrt(x)", "line 1, column 8"],
    ["(x) => Math.SQRT2 * x", "Math.SQRT2", "line 1, column 8"],
    ["(x) => f(x)", "f(x)", "line 1, column 8"],
    ["(x) => x.constructor", "x.constructor", "line 1, column 8"],
    ["(x) => Math.constructor(x)", "Math.constructor(x)", "line 1, column 8"],
    ["(x) => Math.max()", "Math.max()", "line 1, column 8"],
    ["(x) => Math.max(...x)", "...x", "line 1, column 17"],
    ["(x) => ~x", "~x", "line 1, column 8"],
    ["(x) => x ?? 1", "x ?? 1", "line 1, column 8"],
    ["({ x }) => x", "{ x }", "line 1, column 2"],
    ["(x = 1) => x", "x = 1", "line 1, column 2"],
    ["(x) => {\n  let y = 0;\n  y = x;\n  return y;\n}", "y = x;", "line 3, column 3"],
    ["(x) => { while (x) return x }", "while (x) return x", "line 1, column 10"],
    ["(x) => { if (x) return 1 }", "(x) => { if (x) return 1 }", "line 1, column 1"],
    ["async (x) => x", "async (x) => x", "line 1, column 1"],
    ["(x) => 'a'", "'a'", "line 1, column 8"],
  ])("%s", (source, construct, place) => {
    const error = refusal(written(source));
    expect(error.code).toBe("untranslatable");
    expect(error.message).toContain(`"${construct}"`);
    expect(error.at).toContain(place);
  });

  test("names that nothing binds, `constructor` and `__proto__` among them", () => {
    for (const name of ["delta", "constructor", "__proto__", "toString", "undefined"]) {
      const error = refusal(written(`(x) => x * ${name}`));
      expect([error.code, error.message.includes(`"${name}"`)]).toEqual(["unbound-name", true]);
    }
  });

  test("functions without a source, and classes", () => {
    expect(refusal(Math.abs).code).toBe("untranslatable");
    expect(refusal(written("class A {}")).code).toBe("syntax-error");
  });

  test("deep and exploding functions, in bounded time", () => {
    expect(refusal(written(`(x) => ${"-(".repeat(700)}x${")".repeat(700)}`)).code).toBe("untranslatable");
    expect(refusal(written(`(x) => {${"if (x > 1) { if (x > 2) return 1 }".repeat(60)} return 2 }`)).code).toBe("untranslatable");
    expect(refusal(written(`(x) => x${" + x".repeat(40_000)}`)).code).toBe("untranslatable");
  });

  test("nothing is evaluated", () => {
    const traps: string[] = [];
    const constants = new Proxy({}, { get: (_, key) => traps.push(String(key)), has: (_, key) => Boolean(traps.push(String(key))) });
    refusal(written("(x) => { traps.push(x); return x }"), constants);
    expect(traps).toEqual([]);
  });
});

describe("a function of a definition file", () => {
  const position = { file: "huber.model.ts", line: 7, column: 21 };
  const sourced = (text: string, values = {}) => recordSource(() => 0, { text, position, captured: () => values });

  test("is read from its source there, with the names around it; given constants come first", () => {
    const f = sourced("(x        ) => x < delta", { delta: 2 });
    expect(parsers.fromFunction(f).body).toMatchObject({ operation: "lt", operands: [{ kind: "parameter" }, literal(2)] });
    expect(parsers.fromFunction(f, { delta: 3 }).body).toMatchObject({ operands: [{ kind: "parameter" }, literal(3)] });
  });

  test("errors name file, line and column", () => {
    expect(refusal(sourced("(x) => x % 2")).at).toBe("huber.model.ts:7:28");
    expect(refusal(sourced("(x) =>\n  gamma * x")).at).toBe("huber.model.ts:8:3");
    expect(refusal(sourced("(x) => h * x", { h: {} })).message).toContain("pass a tensor as an argument");
  });
});
