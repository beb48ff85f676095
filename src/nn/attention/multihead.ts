import { settingOutOfRange } from "../../../compiler/diagnostics/settings.ts";
import { shapeMismatch } from "../../../compiler/diagnostics/tensors.ts";
import * as build from "../../../compiler/ops/build.ts";
import { nameInLayer } from "../../definition.ts";
import { ops } from "../../ops/index.ts";
import { anything, aTensor, checkOptions, flag, type Kinds } from "../../settings.ts";
import { float, read, type Tensor } from "../../tensor.ts";
import { defaultInit } from "../init.ts";
import { createLayer } from "../layer.ts";
import type { Part } from "../parts.ts";
import { twoForms } from "../two-forms.ts";
import { checkCount, initsOf, type LayerInit, parameterExtent } from "../weights.ts";
import { type Attention, type AttentionOptions, attentionKinds, queriesKeysValues } from "./scaled-dot-product.ts";
import { attend, causal, type Mask, maskOf, type Weighed } from "./scores.ts";

const attempt = 'Cannot apply "nn.multiheadAttention"';

/** Settings of `nn.multiheadAttention`. In its masks true, or an i32 other than 0, is left out; f32 is added to the scores. */
export interface MultiheadOptions extends AttentionOptions {
  /** `[L, S]`, or `[batch·numHeads, L, S]`. */
  readonly attnMask?: Tensor;
  /** `[batch, S]`: keys that are left out, such as what fills a sequence up. */
  readonly keyPaddingMask?: Tensor;
  /** Whether the projections have biases; true unless stated. */
  readonly bias?: boolean;
  /** Whether weights are the mean over the heads, `[batch, L, S]`, not `[batch, numHeads, L, S]`; true unless stated. */
  readonly averageAttnWeights?: boolean;
  readonly init?: LayerInit;
}

const kinds: Kinds<MultiheadOptions> = {
  ...attentionKinds,
  attnMask: aTensor,
  keyPaddingMask: aTensor,
  bias: flag,
  averageAttnWeights: flag,
  init: anything,
};

type Inputs = readonly [q: Tensor, k: Tensor, v: Tensor];

const widthOf = (x: Tensor): number => parameterExtent(attempt, x.shape, -1);

/** Whether one matrix holds the projections of queries, keys and values. */
const isOneMatrix = ([q, k, v]: Inputs): boolean => widthOf(k) === widthOf(q) && widthOf(v) === widthOf(q);

/**
 * Attention of `numHeads` heads side by side (Vaswani et al. 2017, section 3.2.2), each on its share of the projected width:
 * `concat(attention(q·W_q, k·W_k, v·W_v))·W_out`. q of `[batch, L, E]` and k, v of `[batch, S, any]` give `[batch, L, E]`; as a layer k is q
 * and v is k unless given. `in_proj_weight` [E, 3E] holds W_q, W_k and W_v side by side, where widths differ they are `q_proj_weight`,
 * `k_proj_weight` and `v_proj_weight`: Xavier uniform; `in_proj_bias` [3E] starts as 0. `out_proj.weight` [E, E] starts as U(±1/√E),
 * `out_proj.bias` as 0.
 * @throws GradcError `setting-out-of-range` where `numHeads` does not divide E, `shape-mismatch`
 */
export const multiheadAttention = twoForms("multiheadAttention", create, { inputs: 3, infersWidth: true }) as Attention<
  [numHeads: number],
  MultiheadOptions
>;

function create(numHeads: number, options: MultiheadOptions = {}) {
  checkCount(attempt, "numHeads", numHeads);
  checkOptions(attempt, options, kinds);
  const { dropout = 0, needWeights = false, averageAttnWeights = true } = options;
  return createLayer({
    kind: "multiheadAttention",
    name: options.name,
    inputs: queriesKeysValues,
    width: (inputs) => inputs.map((x) => `[..., ${x.shape.at(-1)}]`).join(", "),
    parts: partsOf(options),
    apply(given, parts) {
      const inputs = given.map((x) => float(attempt, x)) as unknown as Inputs;
      checkHeads(inputs[0], numHeads);
      const projected = projections(inputs, parts).map((x, at) => byHead(splitHeads(x, numHeads), "qkv"[at] as string)) as [Tensor, Tensor, Tensor];
      const attended = attend(attempt, projected, { masks: masksOf(options, inputs[0], numHeads), dropout });
      const joined = ops.matmul(joinHeads(byHead(attended.output, "O")), parts["out_proj.weight"]);
      const output = parts["out_proj.bias"] ? ops.add(joined, parts["out_proj.bias"]) : joined;
      if (!needWeights) return output;
      return { output, weights: averageAttnWeights ? ops.mean(attended.weights, { dim: -3 }) : attended.weights } satisfies Weighed;
    },
  });
}

function partsOf({ bias = true, init }: MultiheadOptions) {
  const inits = initsOf("multiheadAttention", init);
  const projection = (from: number, to: number, letter: string): Part => ({
    shape: [from, to],
    init: inits.weight ?? "xavierUniform",
    fans: { in: from, out: to },
    letter,
  });
  const own = (which: 0 | 1 | 2, letter: string) => (inputs: Inputs) =>
    isOneMatrix(inputs) ? undefined : projection(widthOf(inputs[which]), widthOf(inputs[0]), letter);
  const shift = (times: number, letter: string) => (inputs: Inputs) =>
    bias ? { shape: [times * widthOf(inputs[0])], init: inits.bias ?? "zeros", letter } : undefined;
  return {
    in_proj_weight: (inputs: Inputs) => (isOneMatrix(inputs) ? projection(widthOf(inputs[0]), 3 * widthOf(inputs[0]), "W_qkv") : undefined),
    q_proj_weight: own(0, "W_q"),
    k_proj_weight: own(1, "W_k"),
    v_proj_weight: own(2, "W_v"),
    in_proj_bias: shift(3, "b_qkv"),
    "out_proj.weight": ([q]: Inputs): Part => ({ ...projection(widthOf(q), widthOf(q), "W"), init: inits.weight ?? defaultInit(widthOf(q)) }),
    "out_proj.bias": shift(1, "b"),
  };
}

type Projections = Readonly<
  Partial<Record<"in_proj_weight" | "q_proj_weight" | "k_proj_weight" | "v_proj_weight" | "in_proj_bias", Tensor | undefined>>
>;

/** `x·W + b` of queries, keys and values. */
function projections(inputs: Inputs, parts: Projections): Tensor[] {
  const { in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias } = parts;
  const width = widthOf(inputs[0]);
  const weights = in_proj_weight ? ops.split(in_proj_weight, width, { dim: 1 }) : [q_proj_weight, k_proj_weight, v_proj_weight];
  const biases = in_proj_bias ? ops.split(in_proj_bias, width) : [];
  return inputs.map((x, at) => {
    const y = ops.matmul(x, weights[at] as Tensor);
    const bias = biases[at];
    return bias ? ops.add(y, bias) : y;
  });
}

function checkHeads({ shape }: Tensor, numHeads: number): void {
  if (shape.length < 2) throw shapeMismatch(attempt, [shape], "[batch, length, width]");
  const width = shape.at(-1) as number;
  if (width % numHeads !== 0) throw settingOutOfRange(attempt, "numHeads", String(numHeads), `a divisor of the width ${width}`);
}

/** What there is of each head, by the letter that formulas call it. */
const byHead = (x: Tensor, letter: string): Tensor => nameInLayer(x, letter, { hasError: true });

/** `[..., length, width]` as `[..., numHeads, length, width / numHeads]`. */
function splitHeads(x: Tensor, numHeads: number): Tensor {
  const width = widthOf(x);
  return ops.transpose(build.reshape(x, [...x.shape.slice(0, -1), numHeads, width / numHeads]), -3, -2);
}

/** The inverse of `splitHeads`. */
function joinHeads(x: Tensor): Tensor {
  const turned = ops.transpose(x, -3, -2);
  const [heads, width] = turned.shape.slice(-2) as [number, number];
  return build.reshape(turned, [...turned.shape.slice(0, -2), heads * width]);
}

/** The masks over scores of `[..., numHeads, L, S]`. */
function masksOf({ attnMask, keyPaddingMask, isCausal = false }: MultiheadOptions, { shape }: Tensor, numHeads: number): Mask[] {
  const leading = shape.slice(0, -2);
  const masks: Mask[] = isCausal ? [causal] : [];
  if (attnMask) {
    const mask = read(attempt, attnMask);
    const byHead = mask.shape.length === 3 ? build.reshape(mask, [...leading, numHeads, ...mask.shape.slice(1)]) : mask;
    masks.push(maskOf(attempt, byHead, "is left out"));
  }
  if (keyPaddingMask) {
    const mask = read(attempt, keyPaddingMask);
    masks.push(maskOf(attempt, build.reshape(mask, [...mask.shape.slice(0, -1), 1, 1, mask.shape.at(-1) as number]), "is left out"));
  }
  return masks;
}
