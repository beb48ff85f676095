// Definition files as users write them: names, and places of mistakes that no call stands around.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "gradc/compiler";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "gradc-use-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

/** A definition file with the given lines in its body, the first of which is line 3. */
function fileOf(body: string): string {
  const path = join(folder, `use-${files++}.model.ts`);
  const head =
    'import { f32, losses, model, nn, ops, parameter } from "gradc";\nexport default model("m", { x: f32("batch", 4), y: f32("batch", 4) }, ({ x, y }) => {\n';
  writeFileSync(path, `${head}${body}\n  return { outputs: { p }, loss: losses.mse(p, y) };\n});\n`);
  return path;
}

const parametersOf = async (body: string): Promise<string[]> =>
  (await compile(fileOf(body))).manifest.variables.flatMap(({ name, role }) => (role === "parameter" ? [name] : []));

test("a layer that states its name takes no number of its expression", async () => {
  const body = '  const p = nn.linear(nn.linear(nn.linear(x, 3), 2, { name: "code", bias: false }), 4);';
  expect(await parametersOf(body)).toEqual(["p.weight", "p.bias", "code.weight", "p.1.weight", "p.1.bias"]);
});

test("helpers with named layers are told apart by number", async () => {
  const body = '  const cell = (h: typeof x) => nn.linear(h, 4, { name: "gate", bias: false });\n  const p = cell(cell(x));';
  expect(await parametersOf(body)).toEqual(["p.gate.weight", "p.1.gate.weight"]);
});

test.each([
  ["layer-not-applied", "  const code = nn.linear(3);\n  const w = code.weight;\n  const p = ops.matmul(code(x), ops.transpose(w));", ":4:18"],
  ["no-such-parameter", "  const code = nn.linear(4, { bias: false });\n  const p = ops.add(code(x), code.bias);", ":4:35"],
  ["duplicate-name", '  const shift = parameter([4], { name: "y" });\n  const p = ops.add(nn.linear(x, 4), shift);', ":3:17"],
])("%s has its place", async (code, body, place) => {
  const at = expect.stringMatching(new RegExp(`^use-\\d+\\.model\\.ts${place}$`));
  await expect(compile(fileOf(body))).rejects.toThrow(expect.objectContaining({ code, at }));
});
