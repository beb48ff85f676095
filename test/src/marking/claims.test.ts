// The lines of a file of claims.
import { expect, test } from "vitest";
import { claimsIn } from "../../../src/marking/claims.ts";

const linesOf = (text: string) =>
  claimsIn(text).map((claim) => ("error" in claim ? claim.error.message.split("\n")[0] : [claim.left, claim.right.trim()]));

test("a line without a left side is about what stands before it, a heading or a claim", () => {
  const W = { of: "loss", by: "W_z" };
  expect(linesOf("∂loss/∂W_z:\nx ⊗ δ_z   # the page's\n\n= δ_z ⊗ x\nδ_z = y\n= 2·y")).toEqual([
    [W, "x ⊗ δ_z"],
    [W, "δ_z ⊗ x"],
    [{ name: "δ_z" }, "y"],
    [{ name: "δ_z" }, "2·y"],
  ]);
});

test("a first line without a left side is no claim", () => {
  expect(linesOf("x ⊗ δ_z")).toEqual(["Cannot read the formula"]);
});

test("a line of several = is as many claims, each with its place", () => {
  const lines = claimsIn("δ_z = 2·[y = 3] = {y if y == 0, else 1}   # no\nN = 3");
  expect(lines).toMatchObject([
    { line: 1, text: "δ_z = 2·[y = 3]", left: { name: "δ_z" }, right: " 2·[y = 3] ", at: { column: 6 } },
    { line: 1, text: "= {y if y == 0, else 1}", left: { name: "δ_z" }, right: " {y if y == 0, else 1}", at: { column: 18 } },
    { line: 2, text: "N = 3" },
  ]);
});
