import { describe, expect, test } from "vitest";
import { run } from "./definition.ts";

/** A module whose functions give objects that can be used in any way. */
const toy = {
  f: (...xs: unknown[]) => xs[0] ?? 1,
  box: (...xs: unknown[]) => ({ value: xs[0], of: toy.f }),
};

const prelude = 'import { f, box } from "toy";\n';

/** `callee -> name`, or `callee => name` where the call's value itself carries the name, in the order of the calls. */
async function names(text: string): Promise<string[]> {
  const { sites } = await run(prelude + text, toy);
  return sites.map(({ callee, name, direct }) => `${callee} ${direct ? "=>" : "->"} ${name ?? "?"}`);
}

describe("the name that a call's value reaches", () => {
  test.each([
    ["const hidden = f(1);", ["f => hidden"]],
    ["const hidden = (f(1) as number)!;", ["f => hidden"]],
    ["const hidden = f(1) satisfies number;", ["f => hidden"]],
    ["const hidden = f(f(1));", ["f -> hidden", "f => hidden"]],
    ["const hidden = 2 * f(1) + 1;", ["f -> hidden"]],
    ["const hidden = [f(1), ...[f(2)]];", ["f -> hidden", "f -> hidden"]],
    ["const hidden = f(1) > 0 ? f(2) : f(3);", ["f -> hidden", "f -> hidden"]],
    ["const hidden = box(1).value;", ["box -> hidden"]],
    ["const hidden = `$" + "{f(1)}`;", ["f -> hidden"]],
    ["const { value } = box(1);", ["box => ?"]],
    ["const [a] = [f(1)];", ["f => a"]],
    ["const [a, , b] = [f(f(1)), f(2), f(3) + 1] as const;", ["f -> a", "f => a", "f -> ?", "f -> b"]],
    ["const [a, [b]] = [f(1), [f(2)]];", ["f => a", "f -> ?"]],
    ["const [a, ...b] = [f(1), f(2)];", ["f => a", "f -> ?"]],
    ["const [a, b] = [...[1], f(2)] as any;", ["f -> ?"]],
    ["let a; a = f(1);", ["f => a"]],
    ["let a = 1; a += f(1);", ["f -> a"]],
    ["const a: any = {}; a.b = f(1);", ["f => b"]],
    ["const a: any = {}; a['b'] = f(1);", ["f => b"]],
    ["const a: any = []; a[0] = f(1);", ["f => a"]],
    ["class A { b = f(1); constructor() { this.c = f(2) } c: any } const a = new A();", ["f => b", "f => c"]],
    ["const a = { b: f(1), 'c': f(f(2)) };", ["f => b", "f -> c", "f => c"]],
    ["const a = { b: { c: f(1) } };", ["f => c"]],
    ["const a = { ...box(1) };", ["box -> a"]],
    ["const a = f({ b: f(1) });", ["f -> a", "f => a"]],
    ["const a = f([{ b: { c: f(1) } }]);", ["f -> a", "f => a"]],
    ["f(1);", ["f => ?"]],
    ["if (f(1)) f(2);", ["f => ?", "f => ?"]],
    ["export default f(1);", ["f => ?"]],
    ["const g = () => f(1); const a = g();", ["g => a", "f => ?"]],
    ["function g() { return f(1) } const a = g();", ["g => a", "f => ?"]],
    ["function g() { return { outputs: { price: f(f(1)) }, loss: f(2) } } const a = g();", ["g => a", "f -> price", "f => price", "f => loss"]],
    ["const a = [1, 2].map((x) => f(x));", ["[1, 2].map => a", "f => ?", "f => ?"]],
    ["function g(x = f(1)) { return x } const a = g();", ["g => a", "f => x"]],
  ])("%s", async (text, expected) => {
    expect(await names(text)).toEqual(expected);
  });

  test.each([
    ["const [a, , b] = f([1, 2, 3]) as any;", ["0 a", "2 b"]],
    ["const { value, of: g } = box(1);", ["value value", "of g"]],
    ["const { ['value']: v, ...rest } = box(1);", ["value v"]],
    ["const a = (f(1) as any)[0]!;", ["0 a"]],
    ["const a = box(1).value as number;", ["value a"]],
    ["const a = f(1);", []],
    ["const a = box(1); const b = [a.value, a.value, a.of];", ["value a.value", "of a.of"]],
    ["function g() { const a = box(1); return () => a.value } const b = g();", ["value a.value"]],
    ["const a = 2 * (f(1) as any)[0];", []],
    ["const [[a]] = f([[1]]) as any;", []],
    ["let a; [a] = f([1]) as any;", []],
  ])("of its parts: %s", async (text, expected) => {
    const { sites } = await run(prelude + text, toy);
    expect(sites.flatMap(({ parts = [] }) => parts.map(({ key, name }) => `${key} ${name}`))).toEqual(expected);
  });

  test("repeated calls share one site, others have their own", async () => {
    const { sites } = await run(`${prelude}for (let i = 0; i < 2; i++) { const a = f(i); }\nconst b = f(1);`, toy);
    expect(sites[0]).toBe(sites[1]);
    expect(sites[1]).not.toBe(sites[2]);
  });

  test("positions are where the call begins in the file, from 1", async () => {
    const { sites } = await run(`${prelude}const a =\n    f(f(1));`, toy);
    expect(sites.map(({ position }) => position)).toEqual([
      { file: "toy.model.ts", line: 3, column: 7 },
      { file: "toy.model.ts", line: 3, column: 5 },
    ]);
  });
});

describe("rewritten calls mean what they meant", () => {
  const value = async (text: string) => (await run(`${prelude}export default ${text};`, toy)).exports.default;

  test.each<[string, unknown]>([
    ["[3, 1].concat?.([2])", [3, 1, 2]],
    ["(() => { const log: number[] = []; const g = (...xs: number[]) => log.push(...xs); g(...[1, 2], 3); return log })()", [1, 2, 3]],
    ["({ n: 4, get() { return this.n } }).get()", 4],
    ["({ n: 4, get() { return this.n } })[String('get') as 'get']()", 4],
    ["new (class { #n = 5; #get() { return this.#n } get() { return this.#get() } })().get()", 5],
    ["new (class extends (class { get() { return 6 } }) { get() { return super.get() + 1 } })().get()", 7],
    ["(undefined as any)?.f(1)", undefined],
    ["String.raw`a$" + "{f(1)}`", "a1"],
    ["(function (..._: number[]) { return arguments.length })(...[1, 2])", 2],
    ["((f) => f(8))((x: number) => x)", 8],
    ["[...(function* () { yield f(1); yield* [f(2)] })()]", [1, 2]],
  ])("%s", async (text, expected) => {
    expect(await value(text)).toEqual(expected);
  });

  test("a callee that is no function, and a receiver that is nothing", async () => {
    await expect(value("(f as any).missing(1)")).rejects.toThrow("(f as any).missing is not a function");
    await expect(value("(undefined as any).missing(1)")).rejects.toThrow("Cannot read properties of undefined");
  });
});
