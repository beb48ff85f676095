import { describe, expect, test } from "vitest";
import { type Assignment, assignColumns, checkWidths, type Wishes } from "../../data/assign.ts";
import { headerOf } from "../../data/header.ts";
import type { InputSlot, Manifest } from "../../runtime/program.ts";
import { codeOf } from "../support/code-of.ts";
import { tinyManifest } from "../support/tiny-module.ts";

const slot = (name: string, dtype: "f32" | "i32", ...row: number[]): InputSlot => ({ name, dtype, shape: ["batch", ...row], offset: 0 });
const manifestOf = (inputs: readonly InputSlot[], ...targets: string[]): Manifest => ({ ...tinyManifest, inputs, targets });

const header = (...names: string[]) => headerOf("t.csv", [names], true);
const flowers = header("length", "width", "species");
const classifier = manifestOf([slot("x", "f32", 2), slot("label", "i32")], "label");

/** The columns of the inputs, whose number is right. */
function assign(wishes: Wishes, manifest = classifier, table = flowers): Assignment {
  const assignment = assignColumns(table, manifest, wishes);
  checkWidths(assignment, manifest.inputs, table, () => 1);
  return assignment;
}

describe("which columns belong to which input", () => {
  test("--target columns to the input that only the loss reads, the others to the one that is left", () => {
    expect(assign({ target: ["species"] })).toEqual({ x: ["length", "width"], label: ["species"] });
    expect(assign({ target: ["width"] }, manifestOf([slot("x", "f32", 2), slot("y", "f32", 1)], "y"))).toEqual({
      x: ["length", "species"],
      y: ["width"],
    });
  });

  test("a column belongs to the input of its name", () => {
    const manifest = manifestOf([slot("width", "f32"), slot("x", "f32", 1), slot("species", "i32")], "species");
    expect(assign({}, manifest)).toEqual({ width: ["width"], species: ["species"], x: ["length"] });
  });

  test("--input wins", () => {
    const input = { x: ["width", "length"] };
    expect(assign({ input, target: ["species"] })).toEqual({ x: ["width", "length"], label: ["species"] });
    expect(assign({ input: { label: ["species"] } })).toEqual({ x: ["length", "width"], label: ["species"] });
  });

  test("what is given by hand wins over names that happen to fit", () => {
    const gems = header("carat", "x", "y", "z", "price");
    const wide = manifestOf([slot("x", "f32", 4), slot("y", "f32", 1)], "y");
    expect(assign({ target: ["price"] }, wide, gems)).toEqual({ x: ["carat", "x", "y", "z"], y: ["price"] });
    const narrow = manifestOf([slot("x", "f32", 1), slot("y", "f32", 1)], "y");
    expect(assign({ target: ["x"], input: { x: ["z"] } }, narrow, gems)).toEqual({ x: ["z"], y: ["x"] });
    expect(assign({ target: ["price"] }, narrow, gems)).toEqual({ x: ["x"], y: ["price"] });
  });

  test("several targets take the columns of their names, and the others in order", () => {
    const manifest = manifestOf([slot("x", "f32", 1), slot("a", "f32"), slot("b", "i32")], "a", "b");
    expect(assign({ target: ["width", "species"] }, manifest)).toEqual({ x: ["length"], a: ["width"], b: ["species"] });
    expect(assign({ target: ["b", "width"] }, manifest, header("b", "width", "length"))).toEqual({ x: ["length"], a: ["width"], b: ["b"] });
  });

  test("--ignore leaves columns out", () => {
    expect(assign({ target: ["species"], ignore: ["id"] }, classifier, header("id", "length", "width", "species")).x).toEqual(["length", "width"]);
    expect(assign({ target: ["species"], ignore: ["id"] }, classifier, header("id", "length", "species", "id", "width")).x).toEqual([
      "length",
      "width",
    ]);
  });

  test("a name with a comma, in quotes or come apart", () => {
    const table = header("a, b", "c,d", "kind");
    expect(assign({ target: ["kind"], input: { x: ["c,d", "a, b"] } }, classifier, table).x).toEqual(["c,d", "a, b"]);
    expect(assign({ target: ["kind"], input: { x: ["c", "d", "a", "b"] } }, classifier, table).x).toEqual(["c,d", "a, b"]);
  });

  test("without a header, names or places", () => {
    const table = headerOf("t.csv", [["1", "2", "0"]], false);
    expect(assign({ target: ["3"] }, classifier, table)).toEqual({ x: ["c1", "c2"], label: ["c3"] });
    expect(assign({ target: ["c3"] }, classifier, table)).toEqual({ x: ["c1", "c2"], label: ["c3"] });
  });

  test.each<[string, Wishes, Manifest, string]>([
    ["no target", {}, classifier, "csv-no-columns"],
    ["a target that is no column", { target: ["Species"] }, classifier, "csv-no-column"],
    ["an input of columns that are none", { target: ["species"], input: { x: ["length", "depth"] } }, classifier, "csv-no-column"],
    ["what is ignored is no column", { target: ["species"], ignore: ["id"] }, classifier, "csv-no-column"],
    ["too few columns", { target: ["species"] }, manifestOf([slot("x", "f32", 3), slot("label", "i32")], "label"), "csv-width"],
    ["too many targets", { target: ["species", "width"] }, manifestOf([slot("x", "f32", 1), slot("label", "i32")], "label"), "csv-width"],
    [
      "two inputs for the rest",
      { target: ["species"] },
      manifestOf([slot("a", "f32"), slot("b", "f32"), slot("label", "i32")], "label"),
      "csv-unclear",
    ],
    ["a column twice", { target: ["species"], input: { x: ["length", "species"] } }, classifier, "csv-twice"],
    ["an input that is none", { target: ["species"], input: { z: ["length"] } }, classifier, "unknown-input"],
    ["a target whose input has its columns", { target: ["width"], input: { label: ["species"] } }, classifier, "csv-no-input"],
    ["a target of a model that has none", { target: ["species"] }, manifestOf([slot("x", "f32", 2)]), "csv-no-input"],
    ["categories of a column that no input of numbers takes", { target: ["species"], oneHot: ["species"] }, classifier, "csv-one-hot"],
    [
      "no columns for an input",
      { target: ["length", "width", "species"] },
      manifestOf([slot("x", "f32", 2), slot("y", "f32", 3)], "y"),
      "csv-no-columns",
    ],
  ])("%s", (_, wishes, manifest, code) => {
    expect(codeOf(() => assign(wishes, manifest))).toBe(code);
  });

  test("a name that two columns have is refused where it is used", () => {
    expect(() => assign({ target: ["species"] }, classifier, header("a", "a", "species"))).toThrow('The header has the name "a" twice\n  at t.csv');
    expect(assign({ input: { x: ["b", "c"], label: ["k"] } }, classifier, header("a", "a", "b", "c", "k")).x).toEqual(["b", "c"]);
  });

  test("messages say what to type", () => {
    expect(() => assign({})).toThrow('No column belongs to the input "label"\n  at t.csv\n  help: --target COL');
    expect(() => assign({ target: ["species"] }, manifestOf([slot("x", "f32", 3), slot("label", "i32")], "label"))).toThrow(
      'The input "x" takes 3 columns, got 2: "length", "width"\n  at t.csv\n  help: write x: f32("batch", 2) in the model; --input x=COL,.. names them, --ignore COL,.. leaves some out',
    );
    expect(() => assign({ target: ["k"] }, classifier, header("a", "b", "", "k"))).not.toThrow();
    expect(() => assign({ target: ["k"] }, classifier, header("a", "", "k"))).toThrow(
      '--input x=COL,.. names them, also "column 2" that the header has no name for, --ignore',
    );
    expect(() => assign({ input: { labels: ["species"] } })).toThrow('No input "labels", the nearest is "label"');
    expect(() => assign({ target: ["width"], input: { label: ["species"] } })).toThrow(
      'No input takes the target column "width": the columns of "label" are given otherwise',
    );
  });

  test("and that the first line looks like data", () => {
    const hint = "the first line seems to be data, not a header\n  at t.csv\n  help: --no-header";
    expect(() => assign({ target: ["y"] }, classifier, header("1", "2", "0"))).toThrow(hint);
    expect(() => assign({ target: ["setosa"] }, classifier, header("5.1", "3.5", "1.4", "setosa"))).toThrow(hint);
    expect(() => assign({ target: ["5"] }, classifier, header("0", "0", "5"))).toThrow(/seems to have no header.*\n.*\n {2}help: --no-header/);
  });
});
