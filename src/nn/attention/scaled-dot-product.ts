import { aTensor, checkOptions, finite, flag, type Kinds } from "../../settings.ts";
import { float, type Tensor } from "../../tensor.ts";
import { probability } from "../dropout.ts";
import { createLayer, type LayerOf, type Named, namedKinds } from "../layer.ts";
import { twoForms } from "../two-forms.ts";
import { attend, causal, maskOf, type Weighed } from "./scores.ts";

const attempt = 'Cannot apply "nn.scaledDotProductAttention"';

/** What all kinds of attention can be told. */
export interface AttentionOptions extends Named {
  /** Whether query i attends to the keys 0 to i alone. */
  readonly isCausal?: boolean;
  /** The share of weights that training drops; 0 unless stated. */
  readonly dropout?: number;
  /** Whether the result is `{ output, weights }`, not the output alone. */
  readonly needWeights?: boolean;
}

export const attentionKinds: Kinds<AttentionOptions> = { ...namedKinds, isCausal: flag, dropout: probability, needWeights: flag };

/** Settings of `nn.scaledDotProductAttention`. */
export interface DotProductOptions extends AttentionOptions {
  /** What broadcasts to `[..., queries, keys]`: where it is true, or an i32 other than 0, a key takes part; f32 is added to the scores. */
  readonly mask?: Tensor;
  /** The factor of `q·kᵀ`; 1/√width unless stated. */
  readonly scale?: number;
}

/** A kind of attention in both forms, with its weights where they are asked for. */
export interface Attention<Settings extends readonly unknown[], Options> {
  (q: Tensor, k: Tensor, v: Tensor, ...settings: [...Settings, options: Options & { readonly needWeights: true }]): Weighed;
  (q: Tensor, k: Tensor, v: Tensor, ...settings: [...Settings, options?: Options]): Tensor;
  (...settings: [...Settings, options: Options & { readonly needWeights: true }]): LayerOf<[q: Tensor, k?: Tensor, v?: Tensor], Weighed>;
  (...settings: [...Settings, options?: Options]): LayerOf<[q: Tensor, k?: Tensor, v?: Tensor], Tensor>;
}

/** The inputs of a call: keys are the queries unless given, values the keys. */
export const queriesKeysValues = (q: Tensor, k: Tensor = q, v: Tensor = k): readonly [Tensor, Tensor, Tensor] => [q, k, v];

/**
 * `softmax(q·kᵀ/√E)·v` (Vaswani et al. 2017, equation 1): q of `[..., L, E]`, k of `[..., S, E]` and v of `[..., S, V]` give
 * `[..., L, V]`. A query that no key is left for gives NaN. `needWeights` gives `{ output, weights }`, weights of `[..., L, S]`.
 * @throws GradcError `shape-mismatch`
 */
export const scaledDotProductAttention = twoForms("scaledDotProductAttention", create, { inputs: 3 }) as Attention<[], DotProductOptions>;

function create(options: DotProductOptions = {}) {
  checkOptions(attempt, options, { ...attentionKinds, mask: aTensor, scale: finite });
  const { name, mask, isCausal = false, scale, dropout = 0, needWeights = false } = options;
  return createLayer({
    kind: "scaledDotProductAttention",
    name,
    inputs: queriesKeysValues,
    apply(inputs) {
      const masks = [...(isCausal ? [causal] : []), ...(mask ? [maskOf(attempt, mask, "takes part")] : [])];
      const [q, k, v] = inputs.map((x) => float(attempt, x)) as [Tensor, Tensor, Tensor];
      const result = attend(attempt, [q, k, v], { masks, scale, dropout });
      return needWeights ? result : result.output;
    },
  });
}
