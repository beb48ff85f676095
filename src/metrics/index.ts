// `metrics.*(scores, target)`: what a model is judged by, combined by `evaluate` over any number of rows.
export { accuracy } from "./accuracy.ts";
export { auc } from "./auc.ts";
export { confusion } from "./confusion.ts";
export { f1 } from "./f1.ts";
export { mae } from "./mae.ts";
export { perplexity } from "./perplexity.ts";
export { precision } from "./precision.ts";
export { r2 } from "./r2.ts";
export { recall } from "./recall.ts";
export { rmse } from "./rmse.ts";
export { topK } from "./topK.ts";
