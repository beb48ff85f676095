// A scalar op is added to a copy of the sources, and TypeScript says what is missing.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const copy = fileURLToPath(new URL("../../out/new-op/", import.meta.url));
const family = "compiler/ops/inverse.ts";

const fields: Readonly<Record<string, string>> = {
  name: '"twice"',
  f32: "{ value: (x) => 2 * x, code: { body: code.atan, ulp: 1 } }",
  gradient: "(g) => g",
  range: "bounded(-1, 1)",
  steep: "steepAtNaN",
  cost: "1",
  formula: '(x) => call("twice", [x])',
  samples: "[]",
};

const member = (name: string, without?: string) => {
  const lines = Object.entries(fields).filter(([field]) => field !== without);
  return `readonly ${name}: ScalarRecord<1> = unary({ ${lines.map(([field, value]) => `${field}: ${value}`).join(", ")} });\n`;
};

const user = `import { type Operand, ops, type Tensor } from "./index.ts";
export const twice = (x: Operand): Tensor => ops.twice(x);
`;

afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** What TypeScript finds in the compiler and the language when the family file reads `text` and someone applies the new op. */
async function problemsWith(text: string): Promise<string[]> {
  mkdirSync(copy, { recursive: true });
  for (const folder of ["augment", "checkpoint", "compiler", "data", "files", "formats", "runtime", "src", "tensorboard"])
    cpSync(root + folder, copy + folder, { recursive: true });
  writeFileSync(copy + family, text);
  writeFileSync(`${copy}src/user.ts`, user);
  const settings = { extends: `${root}tsconfig.json`, compilerOptions: { rootDir: "." }, include: ["compiler", "src"], exclude: [] };
  writeFileSync(`${copy}tsconfig.json`, JSON.stringify(settings));
  const compiler = [`${root}node_modules/typescript/bin/tsc`, "--project", copy, "--pretty", "false"];
  const { stdout } = await promisify(execFile)(process.execPath, compiler).catch((error: { stdout: string }) => error);
  return stdout.split(/\n(?=\S)/).filter((problem) => problem !== "");
}

test("a new record is all that a scalar op and its public function need, and TypeScript names each field that it lacks", async () => {
  const incomplete = Object.keys(fields).map((field) => `class Without_${field} { ${member("twice", field)} }\n`);
  const whole = readFileSync(root + family, "utf8").replace("class Inverse {", `${incomplete.join("")}$& ${member("twice")}`);
  const problems = await problemsWith(whole);
  expect(problems).toHaveLength(incomplete.length);
  for (const [i, field] of Object.keys(fields).entries()) expect(problems[i]).toContain(`'${field}' is missing`);
});
