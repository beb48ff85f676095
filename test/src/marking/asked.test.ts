// Claims about gradients by values that the page has no gradient by.
import { expect, test } from "vitest";
import { readable } from "../../../compiler/index.ts";
import { partsToRead } from "../../../src/described.ts";
import { f32, i32, losses, model, nn, ops } from "../../../src/index.ts";
import { withAsked } from "../../../src/marking/asked.ts";
import { markingByNames } from "../../../src/marking/by-names.ts";
import { type Claim, claimsIn } from "../../../src/marking/claims.ts";
import { Marker } from "../../../src/marking/mark.ts";
import { readPage, valuesAsked } from "../../../src/marking/page.ts";
import { openDefinition } from "../../../src/open.ts";

/** The verdicts on claims about a definition. */
async function verdicts(source: Parameters<typeof openDefinition>[0], lines: readonly string[]): Promise<string[]> {
  const { program, purpose } = await openDefinition(source);
  const described = partsToRead(readable(program));
  const page = readPage(described);
  const claims = claimsIn(lines.join("\n"));
  const asked = withAsked(program, described, valuesAsked(page, claims), new Set(page.symbols.keys()));
  const marker = new Marker(markingByNames(readPage(asked), program, { within: purpose.binary }));
  return claims.map((claim) => marker.mark(claim as Claim).verdict);
}

const right = (lines: readonly string[]) => lines.map(() => "right");

test("what a cross-entropy goes through by its definition, and its losses of single rows", async () => {
  const classes = model("classes", { x: f32("batch", 2), y: i32("batch") }, ({ x, y }) => {
    const logits = nn.linear(x, 3, { name: "logits" });
    return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
  });
  const lines = [
    "∂loss/∂p = −((counted/N) ⊙ onehot(y)) / p",
    "dloss/dp = -((counted/N) .* onehot(y)) / softmax(logits)",
    "∂loss/∂ℓ = counted/N",
    "dloss/dell = counted/N",
    "p = softmax(logits)",
    "∂loss/∂logits = p ⊙ (∂loss/∂p − Σ_j ∂loss/∂p ⊙ p)",
    "∂L/∂x = δ_logits·W_logitsᵀ",
  ];
  expect(await verdicts(classes, lines)).toEqual(right(lines));
  expect(await verdicts(classes, ["∂loss/∂p = ((counted/N) ⊙ onehot(y)) / p", "∂loss/∂counted = 1", "∂loss/∂q = 1"])).toEqual([
    "wrong",
    "unread",
    "unread",
  ]);
});

test("values that the definition names, whether they run or not", async () => {
  const binary = model("binary", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
    const p = nn.sigmoid(nn.linear(x, 1, { name: "z" }), { name: "p" });
    return { outputs: { p }, loss: losses.bce(p, y) };
  });
  const byHand = model("byHand", { x: f32("batch", 2), y: f32("batch", 3) }, ({ x, y }) => {
    const p = nn.softmax(nn.linear(x, 3, { name: "z" }), { name: "p" });
    return { outputs: { p }, loss: ops.mean(ops.neg(ops.sum(ops.mul(y, ops.log(p)), { dim: -1 }))) };
  });
  const ofBinary = ["dloss/dp = ((1 - y)/(1 - p) - y/p) / batch"];
  const ofHand = ["∂loss/∂p = −y / (batch·p)", "∂L/∂x = δ_z·W_zᵀ"];
  expect(await verdicts(binary, ofBinary)).toEqual(right(ofBinary));
  expect(await verdicts(byHand, ofHand)).toEqual(right(ofHand));
});

test("derivatives in the signs of programs are factors of others", async () => {
  const sigmoid = model("sigmoid", { x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
    const z = nn.linear(x, 2, { name: "z" });
    const p = ops.sigmoid(z);
    return { outputs: { z, p }, loss: losses.mse(p, y) };
  });
  const lines = [
    "dL/dp_nk = 1/batch*(p_nk - y_nk)",
    "dL/dW_ij = sum_n dL/dp_nj*p_nj*(1 - p_nj)*x_ni",
    "dL/dz = dL/dp .* p .* (1 - p)",
    "dL/dW = x' * dL/dz",
    "dL/db = sum_batch 2*dL/dz/2",
  ];
  expect(await verdicts(sigmoid, lines)).toEqual(right(lines));
  expect(await verdicts(sigmoid, ["dL/dp = 2*(p - y)", "dL/dz = dL/dp .* p .* (1 - p)", "dL/dW = 1/(dL/dz)"])).toEqual(["wrong", "carried", "wrong"]);
});
