import { nn } from "gradc";
import type { EmbeddingBagOptions } from "../../src/nn/embedding.ts";
import { type Bodies, type Groups, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("lookups");

const testLookups = (group: string, bodies: Bodies): void => testGroup(group, groups[group] ?? {}, bodies);

const look =
  (num: number, dim: number, paddingIdx?: number): Bodies[string] =>
  ({ i }, name) =>
    nn.embedding(i, num, dim, paddingIdx === undefined ? { name } : { name, paddingIdx });

testLookups("embeddings", {
  embedding: look(4, 3),
  embeddingPairs: look(4, 3),
  embeddingPadded: look(4, 3, 1),
  embeddingPaddedEnd: look(4, 3, -1),
  embeddingAnywhere: look(4, 3, 1),
  embeddingSample0: look(10, 5),
  embeddingSample1: look(10, 5),
  embeddingSample2: look(10, 5),
  embeddingSample3: look(5, 5, 2),
  embeddingSample4: look(5, 5, -1),
});

const modes = ["mean", "sum", "max"] as const;

const bag =
  (num: number, dim: number, options: EmbeddingBagOptions): Bodies[string] =>
  ({ i }, name) =>
    nn.embeddingBag(i, num, dim, { name, ...options });

testLookups(
  "bags",
  Object.fromEntries(
    modes.flatMap((mode) => [
      [`${mode}Bag`, bag(5, 3, { mode })],
      [`${mode}BagPadded`, bag(5, 3, { mode, paddingIdx: 1 })],
      [`${mode}BagSample0`, bag(10, 5, { mode })],
      [`${mode}BagSample1`, bag(10, 5, { mode })],
    ]),
  ),
);

const bilinear =
  (out: number, bias = true): Bodies[string] =>
  ({ x, y }, name) =>
    nn.bilinear(x, y, out, { name, bias });

testLookups("bilinears", {
  bilinear: bilinear(4),
  bilinearSelf: ({ x }, name) => nn.bilinear(x, x, 1, { name, bias: false }),
  bilinearSample0: bilinear(5),
  bilinearSample1: bilinear(5),
  bilinearSample2: bilinear(5),
  bilinearSample3: bilinear(5, false),
  bilinearSample4: bilinear(5, false),
  bilinearSample5: bilinear(5, false),
});
