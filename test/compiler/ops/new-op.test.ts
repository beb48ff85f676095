// A scalar op is added in memory, and TypeScript says what is missing.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Project, ts } from "ts-morph";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const family = `${root}compiler/ops/inverse.ts`;

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

const record = (without?: string) => {
  const lines = Object.entries(fields).filter(([field]) => field !== without);
  return `unary({ ${lines.map(([field, value]) => `${field}: ${value}`).join(", ")} })`;
};

const user = `import { type Operand, ops, type Tensor } from "gradc";
export const twice = (x: Operand): Tensor => ops.twice(x);
`;

/** What TypeScript finds in the compiler and the language when the family file reads `text` and someone applies the new op. */
function problemsWith(text: string): string[] {
  const project = new Project({ tsConfigFilePath: `${root}tsconfig.json`, skipAddingFilesFromTsConfig: true });
  project.addSourceFileAtPath(`${root}compiler/index.ts`);
  project.createSourceFile(`${root}src/user.ts`, user);
  project.resolveSourceFileDependencies();
  project.getSourceFileOrThrow(family).replaceWithText(text);
  const program = project.getProgram();
  const problems = project.getSourceFiles(`${root}{compiler,src}/**`).flatMap((file) => program.getSemanticDiagnostics(file));
  return problems.map(({ compilerObject: { messageText } }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

test("a new record is all that a scalar op and its public function need, and TypeScript names each field that it lacks", () => {
  const incomplete = Object.keys(fields).map((field) => `export const without_${field}: ScalarRecord = ${record(field)};\n`);
  const text = readFileSync(family, "utf8")
    .replace("{ f32Sample, unary }", "{ f32Sample, type ScalarRecord, unary }")
    .replace("export const inverse = {", `${incomplete.join("")}$& twice: ${record()},`);
  const problems = problemsWith(text);
  expect(problems).toHaveLength(incomplete.length);
  for (const [i, field] of Object.keys(fields).entries()) expect(problems[i]).toContain(`'${field}' is missing`);
});
