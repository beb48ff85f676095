import { expect, it } from "vitest";
import { declareSource } from "../../src/definition-file.ts";
import { standardizedIn } from "../../src/preparation.ts";
import { variableNames } from "./running.ts";

it("names of a definition file are those of its variables", async () => {
  const declared = await declareSource(new URL("./definitions/named.model.ts", import.meta.url));
  const layers = variableNames(declared).flatMap((name) => (name.endsWith(".weight") ? [name.slice(0, -".weight".length)] : []));
  expect(layers).toEqual(["hidden", "a.first", "a", "h.0", "h.1", "net.0", "layers.0", "layers.1", "both", "shared", "price", "spread"]);
  expect(standardizedIn(declared)).toEqual([{ mean: "hidden.standardize.mean", deviation: "hidden.standardize.deviation", inputs: ["x"] }]);
  const values = [...declared.graph.names].flatMap(([node, names]) => [...names].map(({ text }) => `${text}: ${node.op}`));
  expect(values).toEqual(expect.arrayContaining(["hidden: tanh", "a.first: where", "h.1: where", "price: add", "spread: softplus", "loss: div"]));
  const lines = [...declared.graph.declarations.values()].flatMap(({ name, position }) => (position ? [`${name}:${position.line}`] : []));
  expect(lines).toEqual(expect.arrayContaining(["hidden.weight:11", "a.first.weight:6", "shared.bias:3"]));
});

it("names in sequences are positions, of `nn.standardize` without a call too, and no layer beside them takes one", async () => {
  const declared = await declareSource(new URL("./definitions/sequences.model.ts", import.meta.url));
  expect(variableNames(declared)).toEqual([
    "net.0.mean",
    "net.0.deviation",
    "net.2.weight",
    "p.0.weight",
    "p.1.weight",
    "p.2.weight",
    "l.0.mean",
    "l.0.deviation",
    "l.1.weight",
    "l.3.weight",
    "out.3.body.0.0.weight",
    "out.3.body.0.2.weight",
    "out.1.weight",
    "out.3.body.1.0.weight",
    "out.3.body.1.2.weight",
  ]);
});

it("values that are parts of what a call gives are called by the variables that carry them", async () => {
  const { graph } = await declareSource(new URL("./definitions/parts.model.ts", import.meta.url));
  const named = [...graph.names.values()].flatMap((names) => [...names].map(({ text }) => text));
  expect(named.sort()).toEqual(["h", "h.first", "h.second", "inner", "out", "penalty", "slope", "sorted"]);
});
