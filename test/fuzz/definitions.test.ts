import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GradcError } from "../../runtime/error.ts";
import { interpret } from "../../src/interpret.ts";
import { type Definition, define, recipes } from "./definition.ts";
import { checkDefinitions, compileFiles, evaluated, inFolder } from "./definition-checks.ts";
import { arrows, arrowText } from "./scalar-text.ts";

test("8 random definitions: names, and the predictions of the same body without the front end", async () => {
  const { definitions, clashes, parameters } = await checkDefinitions(8, 5);
  expect(definitions).toBe(8);
  expect(clashes).toBeLessThan(7);
  expect(parameters).toBeGreaterThan(24);
});

test("random scalar functions compute what JavaScript does", async () => {
  const x = [-2.5, -1, -0.5, 0, 0.125, 0.5, 1.75, 3];
  const constants = "const scale = 0.5;\nconst offset = -0.25;";
  const property = fc.asyncProperty(fc.array(arrows, { minLength: 1, maxLength: 40, size: "max" }), async (list) => {
    const texts = list.map(arrowText);
    const outputs = texts.map((text, i) => `y${i}: elementwise(${text})(x)`);
    const model = `model("toy", { x: f32("batch") }, ({ x }) => ({ outputs: { ${outputs.join(",\n")} } }))`;
    const text = `import { elementwise, f32, model } from "gradc";\n${constants}\nexport default ${model};`;
    const found = await inFolder({ "toy.model.ts": text }, (path) => interpret(path, { x }));
    for (const [i, text] of texts.entries()) {
      const f = evaluated(`${constants} return ${text};`) as (p: number) => number;
      // f64 throughout; a few roundings of tanh, sin and cos.
      for (const [row, value] of x.entries()) expect(found.outputs.get(`y${i}`)?.[row], `${text} at ${value}`).toBeCloseTo(f(value), 12);
    }
  });
  await fc.assert(property, { numRuns: 4, seed: 6 });
});

describe("broken definitions are refused with their place, or mean something else", () => {
  const place = /[\w.]+:\d+:\d+|^line \d+/;
  type Files = Definition["files"];

  /** What `files` end in: a module, or an error of ours. */
  const outcome = (files: Files): Promise<GradcError | undefined> =>
    compileFiles(files).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof GradcError) return error;
        throw new Error(`${error}\n\n${files["parts.ts"]}\n${files["toy.model.ts"]}`);
      },
    );

  const changes: Record<string, (text: string, at: number) => string> = {
    "a character is missing": (text, at) => text.slice(0, at) + text.slice(at + 1),
    "a bracket is missing": (text, at) => {
      const bracket = at + Math.max(0, text.slice(at).search(/[()[\]{}]/));
      return text.slice(0, bracket) + text.slice(bracket + 1);
    },
    "a line is missing": (text, at) => text.slice(0, text.lastIndexOf("\n", at) + 1) + text.slice(text.indexOf("\n", at) + 1),
    "a name is another": (text, at) => text.slice(0, at) + text.slice(at).replace(/\b[a-z]\w*/, "nowhere"),
    "a number is a text": (text, at) => text.slice(0, at) + text.slice(at).replace(/\b\d/, '"4"'),
  };

  for (const [name, change] of Object.entries(changes)) {
    test(name, async () => {
      const codes = new Set<string>();
      const property = fc.asyncProperty(recipes, fc.double({ min: 0, max: 0.999, noNaN: true }), async (recipe, share) => {
        const { files } = define(recipe);
        const text = files["toy.model.ts"];
        const error = await outcome({ ...files, "toy.model.ts": change(text, Math.floor(share * text.length)) });
        if (!error) return;
        codes.add(error.code);
        if (error.code !== "no-model") expect(error.at, error.message).toMatch(place);
      });
      await fc.assert(property, { numRuns: 8, seed: 7 });
      expect(codes.size).toBeGreaterThan(0);
    });
  }
});
