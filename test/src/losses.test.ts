import { describe, expect, it } from "vitest";
import { f32, gradient, i32, losses, ops, type Tensor } from "../../src/index.ts";
import { define, outputOf, source } from "./running.ts";

type Pair = (p: Tensor, y: Tensor) => Tensor;

const lossOf = (p: readonly number[], y: readonly number[], loss: Pair): number[] =>
  outputOf({ p: f32(p.length), y: f32(y.length) }, { p: source(p), y: source(y) }, (inputs) => loss(inputs.p, inputs.y));

const slopeOf = (p: readonly number[], y: readonly number[], loss: Pair): number[] =>
  lossOf(p, y, (prediction, target) => gradient(ops.sum(loss(prediction, target)), [prediction])[0] as Tensor);

const refused = (code: string, body: () => unknown) => expect(body).toThrowError(expect.objectContaining({ code }));

describe("mse and l1", () => {
  it("reduce to mean, sum or nothing", () => {
    expect(lossOf([1, 5], [2, 2], losses.mse)).toEqual([5]);
    expect(lossOf([1, 5], [2, 2], (p, y) => losses.mse(p, y, { reduction: "sum" }))).toEqual([10]);
    expect(lossOf([1, 5], [2, 2], (p, y) => losses.mse(p, y, { reduction: "none" }))).toEqual([1, 9]);
    expect(lossOf([1, 5], [2, 2], losses.l1)).toEqual([2]);
    expect(slopeOf([2, 5], [2, 2], losses.l1)).toEqual([0, 0.5]);
  });

  it("divide by batch · columns", () => {
    const y = outputOf({ p: f32("batch", 2) }, { p: source([1, 2, 3, 4], [2, 2]) }, ({ p }) => losses.mse(p, 0), { batch: 2 });
    expect(y).toEqual([7.5]);
  });

  it("refuse prediction and target of different shapes", () => {
    const compare = (p: readonly (number | "batch")[], y: readonly (number | "batch")[]) => () =>
      define({ p: { dtype: "f32", shape: p }, y: { dtype: "f32", shape: y } }, (inputs) => ({ outputs: {}, loss: losses.mse(inputs.p, inputs.y) }));
    refused("loss-shape", compare(["batch", 1], ["batch"]));
    expect(compare(["batch", 1], ["batch"])).toThrowError(/help: declare the target with a last dimension of 1/);
    expect(compare(["batch"], ["batch", 1])).toThrowError(/help: reshape the target to \[batch\]/);
    refused("setting-out-of-range", () => lossOf([1], [1], (p, y) => losses.mse(p, y, { reduction: "max" as never })));
  });
});

describe("binary cross-entropy", () => {
  it("holds each logarithm at -100 and takes 0·log 0 as 0", () => {
    expect(lossOf([0, 1], [0, 1], losses.bce)).toEqual([0]);
    expect(lossOf([0, 1], [1, 0], losses.bce)).toEqual([100]);
    expect(lossOf([0.25], [0.5], losses.bce)[0]).toBeCloseTo(-0.5 * Math.log(0.25) - 0.5 * Math.log(0.75), 14);
    expect(slopeOf([0, 1, 0.25], [0, 1, 1], losses.bce).map((slope) => slope * 3 + 0)).toEqual([1, -1, -4]);
    expect(lossOf([Number.NaN], [1], losses.bce)).toEqual([Number.NaN]);
  });

  it("of a sigmoid is that of its logits", () => {
    const logits: Pair = (p, y) => losses.bce(ops.sigmoid(p), y);
    expect(lossOf([-200], [1], logits)).toEqual([200]);
    expect(lossOf([-200, 3], [1, 0], logits)).toEqual(lossOf([-200, 3], [1, 0], losses.bceWithLogits));
  });

  it("with logits has gradient sigmoid(z) - y, also at 0", () => {
    expect(slopeOf([0], [1], losses.bceWithLogits)).toEqual([-0.5]);
    expect(slopeOf([0], [0], losses.bceWithLogits)).toEqual([0.5]);
    expect(lossOf([0], [1], losses.bceWithLogits)[0]).toBeCloseTo(Math.LN2, 15);
  });
});

describe("cross-entropy", () => {
  const z = [1, 2, 3, 1, 1, 1];
  const rows = [
    [1, 2, 3],
    [1, 1, 1],
  ];
  const logSum = (row: readonly number[]) => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
  const nll = (row: number, label: number) => logSum(rows[row] as number[]) - (rows[row]?.[label] as number);
  const ofClasses = (labels: readonly number[], body: Pair) =>
    outputOf({ z: f32("batch", 3), y: i32("batch") }, { z: source(z, [2, 3]), y: source(labels, [2], "i32") }, (inputs) => body(inputs.z, inputs.y), {
      batch: 2,
    });

  it("of classes is the mean over the rows that are not ignored", () => {
    expect(ofClasses([0, 2], losses.crossEntropy)[0]).toBeCloseTo((nll(0, 0) + nll(1, 2)) / 2, 14);
    expect(ofClasses([0, -100], losses.crossEntropy)[0]).toBeCloseTo(nll(0, 0), 14);
    expect(ofClasses([0, 2], (p, y) => losses.crossEntropy(p, y, { ignoreIndex: 2, reduction: "none" }))[1]).toBe(0);
    expect(ofClasses([-100, -100], losses.crossEntropy)).toEqual([Number.NaN]);
  });

  it("has gradient (softmax - onehot) / rows, 0 in ignored rows", () => {
    const slope = ofClasses([0, -100], (p, y) => gradient(losses.crossEntropy(p, y), [p])[0] as Tensor);
    const softmax = (rows[0] as number[]).map((x) => Math.exp(x - logSum(rows[0] as number[])));
    expect(slope[0]).toBeCloseTo((softmax[0] as number) - 1, 14);
    expect(slope[2]).toBeCloseTo(softmax[2] as number, 14);
    expect(slope.slice(3).map((x) => x + 0)).toEqual([0, 0, 0]);
  });

  it("weighs classes and divides by the weights of the targets", () => {
    const weighted = ofClasses([0, 2], (p, y) => losses.crossEntropy(p, y, { weight: [1, 2, 3] }));
    expect(weighted[0]).toBeCloseTo((nll(0, 0) + 3 * nll(1, 2)) / 4, 14);
    refused("shape-mismatch", () => ofClasses([0, 2], (p, y) => losses.crossEntropy(p, y, { weight: [1, 2] })));
  });

  it("smooths labels", () => {
    const smooth = ofClasses([0, 2], (p, y) => losses.crossEntropy(p, y, { labelSmoothing: 0.3 }));
    const spread = (row: number) => (nll(row, 0) + nll(row, 1) + nll(row, 2)) / 3;
    // The shares are f32 constants.
    expect(smooth[0]).toBeCloseTo((0.7 * nll(0, 0) + 0.3 * spread(0) + 0.7 * nll(1, 2) + 0.3 * spread(1)) / 2, 6);
  });

  it("takes distributions, and the classes on another axis", () => {
    const target = [0.5, 0.5, 0, 0, 0, 1];
    const value = outputOf(
      { z: f32("batch", 3), y: f32("batch", 3) },
      { z: source(z, [2, 3]), y: source(target, [2, 3]) },
      (inputs) => losses.crossEntropy(inputs.z, inputs.y),
      {
        batch: 2,
      },
    );
    expect(value[0]).toBeCloseTo((0.5 * nll(0, 0) + 0.5 * nll(0, 1) + nll(1, 2)) / 2, 14);
    const turned = ofClasses([0, 2], (p, y) => losses.crossEntropy(ops.transpose(p), y, { dim: 0 }));
    expect(turned[0]).toBeCloseTo((nll(0, 0) + nll(1, 2)) / 2, 14);
  });

  it("refuses targets of another shape", () => {
    const shaped = (y: readonly (number | "batch")[], dtype: "f32" | "i32") => () =>
      define({ z: f32("batch", 3), y: { dtype, shape: y } }, (inputs) => ({
        outputs: { z: inputs.z },
        loss: losses.crossEntropy(inputs.z, inputs.y),
      }));
    refused("loss-shape", shaped(["batch", 1], "i32"));
    refused("loss-shape", shaped(["batch"], "f32"));
  });
});
