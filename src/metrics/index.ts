// `metrics.*(scores, target)`: what a model is judged by, combined by `evaluate` over any number of rows.
export { accuracy, topK } from "./accuracy.ts";
export { auc } from "./auc.ts";
export { confusion } from "./classes.ts";
export { mae, r2, rmse } from "./distances.ts";
export { perplexity } from "./perplexity.ts";
export { f1, precision, recall } from "./rates.ts";
