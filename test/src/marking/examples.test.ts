// Two networks of a course with claims that a student may make, and what is said of them.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Hints, hintOf } from "../../../src/marking/verdict.ts";
import { netOf } from "./nets.ts";

const folder = mkdtempSync(join(tmpdir(), "gradc-marking-"));

function definition(name: string, body: string): string {
  const path = join(folder, `${name}.model.ts`);
  writeFileSync(path, `import { f32, i32, losses, model, nn } from "gradc";\nexport default model("${name}", ${body});\n`);
  return path;
}

const net221 = definition(
  "net221",
  `{ x: f32(2), y: f32(1) }, ({ x, y }) => {
  const z = nn.tanh(nn.linear(x, 2));
  const yhat = nn.tanh(nn.linear(z, 1));
  return { outputs: { yhat }, loss: losses.mse(yhat, y, { reduction: "sum" }) };
}`,
);

const classes = definition(
  "classes",
  `{ x: f32("batch", 2), y: i32("batch") }, ({ x, y }) => {
  const logits = nn.linear(x, 3);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
}`,
);

/** The claims with what is said of each. */
async function marked(path: string, left: string, claims: readonly string[], hints: Hints = 2): Promise<string[]> {
  const { mark } = await netOf(path);
  return claims.map((claim) => {
    const [verdict] = mark(`${left} = ${claim}`);
    const hint = verdict && hintOf(verdict, hints);
    return `${verdict?.verdict === "right" ? "✓" : "✗"} ${claim}${hint === undefined ? "" : ` | ${hint}`}`;
  });
}

const withoutVerdicts = (lines: readonly string[]) => lines.map((line) => line.slice(2).replace(/ \| .*$/, ""));

test("the 2-2-1 network", async () => {
  const lines = [
    "✓ x ⊗ δ_z",
    "✓ x ⊗ (((2·(yhat − y) ⊙ (1 − yhat²))·W_yhatᵀ) ⊙ (1 − z²))",
    "✓ (δ_z ⊗ x)ᵀ",
    "✓ x ⊗ (2·(tanh(z·W_yhat + b_yhat) − y) ⊙ (1 − tanh(z·W_yhat + b_yhat)²) ⊙ (1 − tanh(x·W_z + b_z)²) ⊙ (W_yhatᵀ))",
    "✗ δ_z ⊗ x | it is the transpose of the gradient",
    "✗ x ⊗ (δ_yhat·W_yhatᵀ) | in δ_z: the factor 1 − (z²) is missing",
    "✗ x ⊗ ((δ_yhat·W_yhatᵀ) ⊙ (1 − z)) | in δ_z: the exponent 2 is missing",
    "✗ x ⊗ (((2·(yhat − y))·W_yhatᵀ) ⊙ (1 − z²)) | in δ_yhat: the factor 1 − (yhat²) is missing",
    "✗ x ⊗ ((((yhat − y) ⊙ (1 − yhat²))·W_yhatᵀ) ⊙ (1 − z²)) | it is 0.5 times the gradient",
    "✗ x ⊗ (((2·(y − yhat) ⊙ (1 − yhat²))·W_yhatᵀ) ⊙ (1 − z²)) | the sign is wrong",
    // The general formula of the course, which takes the derivative at the next layer.
    "✗ x ⊗ ((δ_yhat·W_yhatᵀ) ⊙ (1 − yhat²)) | in δ_z: yhat stands where z belongs",
    "✗ x ⊗ (δ_yhat·W_yhat ⊙ (1 − z²)) | outer product of [2] and [2,1]",
    "✗ δ_z | the outer product is missing",
  ];
  expect(await marked(net221, "∂loss/∂W_z", withoutVerdicts(lines))).toEqual(lines);
});

test("softmax and cross-entropy on a batch", async () => {
  const lines = [
    "✓ xᵀ·((softmax(logits) − onehot(y)) / batch)",
    "✓ ((1/batch·(softmax(logits) − onehot(y)))ᵀ·x)ᵀ",
    "✓ xᵀ·δ_logits",
    "✗ (softmax(logits) − onehot(y))ᵀ·x / batch | it is the transpose of the gradient",
    "✗ xᵀ·(softmax(logits) − onehot(y)) | the division by batch is missing",
    "✗ xᵀ·(softmax(logits) / batch) | in δ_logits: the term onehot(y) is missing",
    "✗ xᵀ·((onehot(y) − softmax(logits)) / batch) | the sign is wrong",
    "✗ x·((softmax(logits) − onehot(y)) / batch) | product [4,2]·[4,3]",
    "✗ xᵀ·((logits − onehot(y)) / batch) | no single mistake in the derivation gives it",
  ];
  // What the page calls the number of rows that count.
  const said = (await marked(classes, "∂loss/∂W_logits", withoutVerdicts(lines))).map((line) => line.replace("by N is", "by batch is"));
  expect(said).toEqual(lines);
});

test("one mistake of a multiple, or of the transpose", async () => {
  const lines = [
    "✗ x ⊗ (((yhat − y)·W_yhatᵀ) ⊙ (1 − z²)) | in δ_yhat: the factor 1 − (yhat²) is missing, and it is 0.5 times what that gives",
    "✗ (δ_yhat·W_yhatᵀ) ⊗ x | in δ_z: the factor 1 − (z²) is missing, and it is transposed",
  ];
  expect(await marked(net221, "∂loss/∂W_z", withoutVerdicts(lines))).toEqual(lines);
});

test("as much is said as is asked for", async () => {
  const claims = ["δ_z ⊗ x", "x ⊗ (δ_yhat·W_yhatᵀ)", "x ⊗ (δ_yhat·W_yhat ⊙ (1 − z²))", "x ⊗ ((δ_yhat·W_yhatᵀ) ⊙ (1 − yhat²))", "3·(x ⊗ δ_z)"];
  expect(await marked(net221, "∂loss/∂W_z", claims, 0)).toEqual(claims.map((claim) => `✗ ${claim}`));
  const kinds = ["a transpose", "a missing part", "shapes that do not fit", "an exchanged part", "a factor"];
  expect(await marked(net221, "∂loss/∂W_z", claims, 1)).toEqual(claims.map((claim, i) => `✗ ${claim} | ${kinds[i]}`));
});

test("the forms of programs, other spellings, and the two meanings of *", async () => {
  const right = [
    ["dloss/dW_z", "outer(x, delta_z)"],
    ["∂L/∂z.weight", "x ⊗ δ_z"],
    ["∂loss/∂W_z", "x' * (delta_yhat * W_yhat' .* (1 - z.^2))"],
    ["∂loss/∂W_z", "transpose(outer(delta_z, x))"],
    ["δ_ŷ", "2 * (ŷ - y) * (1 - ŷ^2)"],
    ["delta_z", "(W_yhat * delta_yhat) * (1 - z^2)"],
    ["delta_z", "W_yhat @ delta_yhat * (1 - z**2)"],
    ["delta_z", "δ_yhat·W_yhat^T ⊙ tanh′(x·W_z + b_z)"],
    ["δ_z", "δ_yhat·W_yhat.T ⊙ (1 − |z|²)"],
    ["yhat", "tanh(z·W_yhat + b_yhat)"],
    ["loss", "sum((yhat − y)^2)"],
    ["∂loss/∂b_z", "δ_z"],
  ];
  const { mark } = await netOf(net221);
  expect(right.map(([left, claim]) => [claim, mark(`${left} = ${claim}`)[0]?.verdict])).toEqual(right.map(([, claim]) => [claim, "right"]));
});

test("lines build on each other, and an error that is carried forward is named", async () => {
  const { mark } = await netOf(net221);
  const said = (text: string) =>
    mark(text).map(({ line, verdict, in: place, hint, from }) => [line, verdict, place, hint, from].filter((each) => each !== undefined));
  const carried = (line: number) => `error carried forward from line ${line}: it is right with the right δ_yhat`;
  expect(
    said(`# my derivation
s = 1 − z²

δ_yhat = (yhat − y) ⊙ (1 − yhat²)   // the 2 is gone
δ_z = (δ_yhat·W_yhatᵀ) ⊙ s
∂loss/∂W_z = x ⊗ δ_z
∂loss/∂b_yhat = 2·δ_yhat
∂loss/∂b_z = δ_yhat·W_yhatᵀ`),
  ).toEqual([
    [2, "defined"],
    [4, "wrong", "it is 0.5 times δ_yhat"],
    [5, "carried", carried(4), 4],
    [6, "carried", carried(4), 4],
    [7, "right"],
    [8, "wrong", "δ_z", "the factor 1 − (z²) is missing"],
  ]);
});

test("what cannot be claimed or is not there is told of, with what may be meant", async () => {
  const { mark } = await netOf(net221);
  const hints = (text: string) => mark(text).map(({ verdict, hint, kind }) => `${verdict} ${kind ?? ""} ${hint ?? ""}`.trim());
  expect(
    hints(`W_z = x
∂loss/∂W_zz = x ⊗ δ_z
∂loss/∂W_z = x ⊗ δ_zz
x ⊗ δ_z
∂loss/∂W_z = x ⊗ (δ_z
∂loss/∂W_z = log(−1 − x ⊗ δ_z²)
∂loss/∂W_z = 0·(x ⊗ δ_z)
∂loss/∂W_z = x ⊗ δ_z / 0`),
  ).toMatchInlineSnapshot(`
    [
      "unread unreadable Cannot read the formula; got W_z, which is given; expected its gradient, ∂loss/∂W_z; at line 1, column 1",
      "unread unreadable There is no gradient "∂loss/∂W_zz" on the page; at line 2, column 1; help: "∂loss/∂W_z"?",
      "unread unreadable There is no value "δ_zz" on the page; at line 3, column 18; help: "δ_z"?",
      "right",
      "unread unreadable Cannot read the formula; got the end of the formula; expected ")" for the "(" of column 18; at line 5, column 22",
      "wrong domain it has no finite value at any of 12 points",
      "wrong other it is 0",
      "wrong domain it has no finite value at any of 12 points",
    ]
  `);
});
