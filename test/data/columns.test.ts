import { describe, expect, test } from "vitest";
import { assignColumns, classesOf, dataOf, type Wishes } from "../../data/columns.ts";
import { parseCsv } from "../../data/csv.ts";
import type { InputSlot, Manifest } from "../../runtime/program.ts";
import { codeOf } from "../support/code-of.ts";
import { tinyManifest } from "../support/tiny-module.ts";

const slot = (name: string, dtype: "f32" | "i32", ...row: number[]): InputSlot => ({ name, dtype, shape: ["batch", ...row], offset: 0 });
const manifestOf = (inputs: readonly InputSlot[], ...targets: string[]): Manifest => ({ ...tinyManifest, inputs, targets });

const flowers = parseCsv("length,width,species\n1,2,setosa\n3,4,virginica\n5,6,setosa\n7,8,iris\n", "iris.csv");
const classifier = manifestOf([slot("x", "f32", 2), slot("label", "i32")], "label");
const assign = (wishes: Wishes, manifest = classifier, table = flowers) => assignColumns(table, manifest, wishes);

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

  test("several targets take their columns in order", () => {
    const manifest = manifestOf([slot("x", "f32", 1), slot("a", "f32"), slot("b", "i32")], "a", "b");
    expect(assign({ target: ["width", "species"] }, manifest)).toEqual({ x: ["length"], a: ["width"], b: ["species"] });
  });

  test.each<[string, Wishes, Manifest, string]>([
    ["no target", {}, classifier, "csv-no-columns"],
    ["a target that is no column", { target: ["Species"] }, classifier, "csv-no-column"],
    ["an input of columns that are none", { target: ["species"], input: { x: ["length", "depth"] } }, classifier, "csv-no-column"],
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
    [
      "no columns for an input",
      { target: ["length", "width", "species"] },
      manifestOf([slot("x", "f32", 2), slot("y", "f32", 3)], "y"),
      "csv-no-columns",
    ],
  ])("%s", (_, wishes, manifest, code) => {
    expect(codeOf(() => assign(wishes, manifest))).toBe(code);
  });

  test("messages say what to type", () => {
    expect(() => assign({})).toThrow('No column belongs to the input "label"\n  help: --target COL');
    expect(() => assign({ target: ["species"] }, manifestOf([slot("x", "f32", 3), slot("label", "i32")], "label"))).toThrow(
      'The input "x" takes 3 columns, got 2: "length", "width"\n  help: --input x=COL,..',
    );
    expect(() => assign({ input: { labels: ["species"] } })).toThrow('No input "labels", the nearest is "label"');
    expect(() => assign({ target: ["width"], input: { label: ["species"] } })).toThrow(
      'No input takes the target column "width": the columns of "label" are given otherwise',
    );
  });
});

describe("values", () => {
  const columns = { x: ["length", "width"], label: ["species"] };
  const classes = { species: ["iris", "setosa", "virginica"] };

  test("a text column of an i32 input becomes classes in sorted order", () => {
    expect(classesOf(flowers, classifier, columns)).toEqual(classes);
    expect(dataOf(flowers, classifier, columns, classes)).toEqual({
      x: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      label: Int32Array.of(1, 2, 1, 0),
    });
  });

  test("a column of whole numbers has no classes", () => {
    const table = parseCsv("a,k\n1,2\n3,-100\n", "t.csv");
    const manifest = manifestOf([slot("a", "f32"), slot("k", "i32")], "k");
    const assignment = assignColumns(table, manifest, {});
    expect(classesOf(table, manifest, assignment)).toEqual({});
    expect(dataOf(table, manifest, assignment, {}).k).toEqual(Int32Array.of(2, -100));
  });

  test("only assigned inputs have data, and other columns are not looked at", () => {
    const table = parseCsv("note,width,length\n,2,1\n,4,3\n", "t.csv");
    expect(dataOf(table, classifier, { x: ["length", "width"] }, {})).toEqual({ x: Float32Array.of(1, 2, 3, 4) });
  });

  test.each([
    ["length,width,species\n1,2,setosa\n3,four,setosa\n", "csv-not-a-number"],
    ["length,width,species\n1,2,setosa\n3,,setosa\n", "csv-missing"],
    ["length,width,species\n1,2,tulip\n", "csv-unknown-class"],
    ["length,width\n1,2\n", "csv-no-column"],
  ])("%j is `%s`", (text, code) => {
    expect(codeOf(() => dataOf(parseCsv(text, "t.csv"), classifier, columns, classes))).toBe(code);
  });

  test("numbers of f32 inputs are finite", () => {
    const manifest = manifestOf([slot("x", "f32")]);
    const read = (cell: string) => dataOf(parseCsv(`x\n1\n${cell}\n`, "t.csv"), manifest, { x: ["x"] }, {}).x?.[1];
    expect([read("3.4e38"), read("-3.4028235e38"), read("1e-999")]).toEqual([3.4e38, -3.4028235e38, 0].map(Math.fround));
    for (const cell of ["1e39", "-1e300", "1e999"]) {
      expect(() => read(cell)).toThrow(`"${cell}" is too large: the largest f32 is 3.4e38\n  at t.csv:3, column "x"`);
    }
  });

  test("numbers and classes of i32 inputs are those that the model takes", () => {
    const range = { lower: 0, upper: 3, except: -100 };
    const manifest = manifestOf([{ ...slot("k", "i32"), range }], "k");
    const read = (cells: string) => {
      const table = parseCsv(`k\n${cells}\n`, "t.csv");
      return dataOf(table, manifest, { k: ["k"] }, classesOf(table, manifest, { k: ["k"] })).k;
    };
    expect(read("0\n2\n-100")).toEqual(Int32Array.of(0, 2, -100));
    expect(read("a\nb\nc")).toEqual(Int32Array.of(0, 1, 2));
    for (const cell of ["3", "-1"]) {
      expect(() => read(`0\n${cell}`)).toThrow(`"${cell}" is out of range: the input "k" takes 0 to 2\n  at t.csv:3, column "k"`);
    }
    expect(() => read("a\nb\ne\nd\nc")).toThrow(
      'The column has 5 classes, and "e" is number 4: the input "k" takes 0 to 2\n  at t.csv:4, column "k"',
    );
  });

  test("numbers of i32 inputs are whole", () => {
    const table = parseCsv("k\n1\n1.5\n", "t.csv");
    const manifest = manifestOf([slot("k", "i32")], "k");
    expect(() => dataOf(table, manifest, { k: ["k"] }, {})).toThrow(
      '"1.5" is not a whole number of 32 bits, which this input takes\n  at t.csv:3, column "k"',
    );
  });
});
