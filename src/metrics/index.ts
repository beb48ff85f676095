// `metrics.*(scores, target)`: what a model is judged by, combined by `evaluate` over any number of rows.
export { accuracy } from "./accuracy.ts";
