// In which notation a file of claims is read, and claims in the signs of scalars that are meant to break something.
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Verdict } from "../../../src/marking/verdict.ts";
import { command } from "../../support/command.ts";
import { flowerFolder } from "../cli/flowers.ts";

const { at } = flowerFolder();
const model = at("course.model.ts");
writeFileSync(
  model,
  `import { f32, losses, model, nn } from "gradc";
export default model("course", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const h = nn.tanh(nn.linear(x, 2));
  const out = nn.linear(h, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`,
);

async function checked(text: string, ...more: readonly string[]) {
  writeFileSync(at("claims.txt"), text);
  const { code, out, notes } = await command("check", model, "--claim", at("claims.txt"), ...more);
  return { code, out: out.split("\n"), notes: notes.split("\n") };
}

const readAs = (option: string) => `note: the claims are read in the signs of ${option}`;

test("a file is in the notation that knows its names", async () => {
  expect(await checked("δ_j = g'(a_j)*w_j1^(2)*δ_3\n")).toEqual({
    code: 0,
    out: ["✓ δ_j = g'(a_j)*w_j1^(2)*δ_3"],
    notes: [readAs("--notation neurons")],
  });
  expect((await checked("δ^(1)_j = δ^(2)_j·(1 − (z^(2)_j)²)\n")).notes).toEqual([readAs("--notation modules")]);
  expect((await checked("∂L/∂w_ij^(1) = Σ_n x_ni·δ_nj^(1)\n")).notes).toEqual([readAs("--index")]);
  expect((await checked("δ_3 = 2·(out − y)\n")).notes).toEqual([readAs("--notation neurons")]);
});

test("a file that claims nothing in names is not in them, however much of it is mistyped", async () => {
  const typo = await checked("δ_9 = 2\na_3 = w_12^(2)·z_1\nδ_j = g'(a_j)*w_j1^(2)*δ_3\n");
  expect(typo.notes).toContain(readAs("--notation neurons"));
  expect(typo.out[0]).toMatch(/There is no value "δ_9" on the page.*help: "δⱼ"/);
  expect(typo.out[1]).toMatch(/There is no value "w_12\^\(2\)" on the page.*help: "w.*⁽²⁾"/);
  expect(typo.out[2]).toMatch(/^✓/);
});

test("what the names of the definition say stays what they say", async () => {
  const own = "δ_3 = 2/batch·(out − y)\n∂loss/∂W_out = hᵀ·δ_3\n";
  expect(await checked(own)).toEqual({ code: 0, out: ["· δ_3 = 2/batch·(out − y)", "✓ ∂loss/∂W_out = hᵀ·δ_3"], notes: [""] });
  const typo = await checked("δ_out = 2/batch·(out − y)\n∂loss/∂W_out = hᵀ·δ_uot\n");
  expect(typo.out[1]).toContain('There is no value "δ_uot" on the page');
  expect(typo.notes.join()).not.toContain("read in the signs");
});

test("the notation that is asked for, and what it is not asked for", async () => {
  expect((await checked("δ_3 = 2·(out − y)\n", "--notation", "names")).out).toEqual(["· δ_3 = 2·(out − y)"]);
  expect(await checked("δ_3 = 2·(out − y)\n", "--notation", "neurons")).toEqual({ code: 0, out: ["✓ δ_3 = 2·(out − y)"], notes: [""] });
  expect((await checked("L = 1/N·Σ_n (out_n − y_n)^2\n", "--index")).code).toBe(0);
  expect((await checked("L = 3\n", "--index", "--notation", "neurons")).notes[0]).toContain("not written with --index and --notation neurons");
  const { code, notes } = await command("check", model, "--notation", "neurons");
  expect([code, notes]).toMatchInlineSnapshot(`
    [
      1,
      "error: "--notation" is for the signs of claims
      help: --claim FILE",
    ]
  `);
});

test("hints, verdicts as data and the numbers of an example are those of other claims", async () => {
  const wrong = "δ_j = w_j1^(2)·δ_3\n";
  expect((await checked(wrong)).out).toEqual(["✗ δ_j = w_j1^(2)·δ_3 | the factor g′(aⱼ) is missing"]);
  expect((await checked(wrong, "--hints", "1")).out).toEqual(["✗ δ_j = w_j1^(2)·δ_3 | a missing part"]);
  expect((await checked(wrong, "--hints", "0")).out).toEqual(["✗ δ_j = w_j1^(2)·δ_3"]);
  const { out, code } = await checked(wrong, "--json");
  expect([code, JSON.parse(out.join("\n"))]).toEqual([
    1,
    [{ line: 1, claim: "δ_j = w_j1^(2)·δ_3", verdict: "wrong", kind: "missing", hint: "the factor g′(aⱼ) is missing" }],
  ]);
  writeFileSync(at("one.json"), '{"x": [[1, 2]], "y": [[3]]}');
  writeFileSync(at("two.json"), '{"x": [[1, 2], [3, 4]], "y": [[3], [4]]}');
  expect((await checked("δ_3 = 2·(y − out)\n", "--at", at("one.json"))).out[1]).toMatch(/^ {4}\[0\] is -?[\d.]+, right is -?[\d.]+$/);
  const two = await checked("δ_3 = 2·(y − out)\n", "--at", at("two.json"), "--notation", "neurons");
  expect([two.code, two.notes[0]]).toEqual([1, "error: Cannot put in 2 examples: a page of neurons is of one"]);
});

test("a model that has no neurons is marked in its names", async () => {
  const attention = at("attention.model.ts");
  writeFileSync(
    attention,
    readFileSync(model, "utf8")
      .replace("nn.tanh(nn.linear(x, 2))", "ops.mul(nn.linear(x, 2), nn.linear(x, 2))")
      .replace("model, nn", "model, nn, ops"),
  );
  writeFileSync(at("claims.txt"), "δ_j = g'(a_j)*w_j1^(2)*δ_3\n");
  expect((await command("check", attention, "--claim", at("claims.txt"))).out).toContain('There is no value "g" on the page');
  expect((await command("check", attention, "--claim", at("claims.txt"), "--notation", "neurons")).notes).toContain("Cannot write neurons");
});

test("claims that are deep, long or without end take bounded work", async () => {
  const said = async (claim: string): Promise<string> => {
    const { out } = await checked(`δ_1 = ${claim}\n`, "--notation", "neurons", "--json");
    const [{ verdict, hint = "" }] = JSON.parse(out.join("\n")) as [Verdict];
    return `${verdict}: ${hint.slice(0, 90)}`;
  };
  const hostile = [
    "(".repeat(9_000),
    `w_${"1".repeat(5_000)}^(1)`,
    `w_{${"1,".repeat(15)}1}^(1)`,
    `w_11^(${"1".repeat(5_000)})`,
    `a_${"j".repeat(9_000)}`,
    "Σ_i ".repeat(200).concat("w_ij^(1)"),
    "Σ_i Σ_k w_ik^(1)",
    "Σ_q δ_3",
    "δ_1[j]",
    "w_jj^(1)",
    "g'(".repeat(200),
    "δ_1/0",
    "g_constructor(a_1)",
    "∂L/∂∂L/∂a_1",
  ];
  const words: string[] = [];
  for (const claim of hostile) words.push(await said(claim));
  expect(words).toMatchInlineSnapshot(`
    [
      "unread: The formula is too large: parts within parts, 150 deep; at line 1, column 158",
      "unread: There is no value "w_1111111111111111111111111111111111111111111111111111111111" on the pa",
      "unread: There is no value "w_{1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1}^(1)" on the page; at line 1, column",
      "unread: There is no value "w_11" on the page; at line 1, column 7; help: "wᵢⱼ⁽¹⁾"?",
      "unread: There is no value "a_jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj" on the pa",
      "unread: The formula is too large: parts within parts, 150 deep; at line 1, column 607",
      "wrong: no single mistake in the derivation gives it",
      "wrong: the letter q, of which nothing says how far it goes",
      "wrong: the sum over j is missing",
      "wrong: the sum over j is missing",
      "unread: The formula is too large: parts within parts, 150 deep; at line 1, column 457",
      "wrong: it has no finite value at any of 32 points",
      "unread: There is no function "g_constructor" on the page; at line 1, column 7",
      "unread: Cannot read the formula; got "L"; expected a name; at line 1, column 8",
    ]
  `);
});
