import { expect, test } from "vitest";
import { nearest } from "../../runtime/nearest.ts";

test.each([
  ["Y", ["x", "y"], "y"],
  ["y", ["A", "B", "Y"], "Y"],
  ["y", ["A", "B"], undefined],
  ["weight_decay", ["eps", "weightDecay"], "weightDecay"],
  ["hidden.wieght", ["lr", "hidden.weight", "hidden.bias"], "hidden.weight"],
  ["z.wieght", ["lr", "layer.weight", "layer.bias"], undefined],
  ["anything", [], undefined],
])("%s of %j: %s", (name, known, expected) => expect(nearest(name, known)).toBe(expected));
