// What a model is judged by.
import { f32, i32, metrics } from "../../../src/index.ts";
import { type Examples, example } from "./example.ts";

const classes = { scores: f32("batch", 3), target: i32("batch") };
const numbers = { prediction: f32("batch", 1), target: f32("batch", 1) };

export const judged: Examples = {
  "metrics.accuracy": example(classes, ({ scores, target }) => metrics.accuracy(scores, target)),
  "metrics.auc": example({ logits: f32("batch", 1), target: f32("batch", 1) }, ({ logits, target }) => metrics.auc(logits, target)),
  "metrics.confusion": example(classes, ({ scores, target }) => metrics.confusion(scores, target)),
  "metrics.f1": example(classes, ({ scores, target }) => metrics.f1(scores, target, { average: "macro" })),
  "metrics.mae": example(numbers, ({ prediction, target }) => metrics.mae(prediction, target)),
  "metrics.perplexity": example({ logits: f32("batch", 3), target: i32("batch") }, ({ logits, target }) => metrics.perplexity(logits, target)),
  "metrics.precision": example(classes, ({ scores, target }) => metrics.precision(scores, target, { average: "macro" })),
  "metrics.r2": example(numbers, ({ prediction, target }) => metrics.r2(prediction, target)),
  "metrics.recall": example(classes, ({ scores, target }) => metrics.recall(scores, target, { average: "macro" })),
  "metrics.rmse": example(numbers, ({ prediction, target }) => metrics.rmse(prediction, target)),
  "metrics.topK": example(classes, ({ scores, target }) => metrics.topK(scores, target, 2)),
};
