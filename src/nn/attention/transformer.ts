// The layers of transformers: attention and a network of two linear layers, each added to what goes in and normalised.
import { ops } from "../../ops/index.ts";
import { amount, aTensor, checkOptions, count, flag, type Kind, type Kinds, oneOf } from "../../settings.ts";
import { float, type Tensor } from "../../tensor.ts";
import { dropped, probability } from "../dropout.ts";
import { createLayer, type Layer, type LayerOf, layersWithin, type Named, namedKinds } from "../layer.ts";
import { linear } from "../linear.ts";
import { layerNorm } from "../norms/index.ts";
import { relu } from "../rectifiers.ts";
import { gelu } from "../smooth.ts";
import { twoForms } from "../two-forms.ts";
import { checkCount, parameterExtent } from "../weights.ts";
import { multiheadAttention } from "./multihead.ts";

/** Settings of a layer of a transformer. In its masks true, or an i32 other than 0, is left out; f32 is added to the scores. */
export interface EncoderOptions extends Named {
  /** The width between the two linear layers; 2048 unless stated. */
  readonly dimFeedforward?: number;
  /** The share that training drops of weights, of what is between the linear layers, and of what is added; 0.1 unless stated. */
  readonly dropout?: number;
  /** What stands between the linear layers; "relu" unless stated. */
  readonly activation?: "relu" | "gelu" | ((x: Tensor) => Tensor);
  /** Whether what goes into attention and network is normalised, not what comes out of the sums. */
  readonly normFirst?: boolean;
  /** Whether place i attends to the places 0 to i alone. */
  readonly isCausal?: boolean;
  /** `[L, L]`, or `[batch·numHeads, L, L]`. */
  readonly mask?: Tensor;
  /** `[batch, L]`: places that are left out. */
  readonly keyPaddingMask?: Tensor;
  /** `eps` of the norms; 1e-5 unless stated. */
  readonly layerNormEps?: number;
}

/** Settings of `nn.transformerDecoderLayer`. */
export interface DecoderOptions extends EncoderOptions {
  /** `[L, S]`, or `[batch·numHeads, L, S]`, over the places of the memory. */
  readonly memoryMask?: Tensor;
  /** `[batch, S]`: places of the memory that are left out. */
  readonly memoryKeyPaddingMask?: Tensor;
}

const named = oneOf("relu", "gelu");
const activation: Kind = {
  fits: (value) => typeof value === "function" || named.fits(value),
  expected: `${named.expected}, or a function of a tensor`,
};

const encoderKinds: Kinds<EncoderOptions> = {
  ...namedKinds,
  dimFeedforward: count,
  dropout: probability,
  activation,
  normFirst: flag,
  isCausal: flag,
  mask: aTensor,
  keyPaddingMask: aTensor,
  layerNormEps: amount,
};

const activations = {
  relu: (x: Tensor): Tensor => relu(x),
  gelu: (x: Tensor): Tensor => gelu(x),
};

/** A part of a transformer layer: what is added to its input. */
type Branch = (x: Tensor) => Tensor;

/** `x + branch(x)` of one after the other, and the norm of each: of what goes in, or of the sum. */
function addAndNorm(x: Tensor, branches: readonly (readonly [norm: Branch, branch: Branch])[], normFirst: boolean): Tensor {
  return branches.reduce((h, [norm, branch]) => (normFirst ? ops.add(h, branch(norm(h))) : norm(ops.add(h, branch(h)))), x);
}

/** The settings that encoder and decoder have in common, with their defaults. */
function common(attempt: string, numHeads: number, { dropout = 0.1, activation = "relu", ...options }: EncoderOptions) {
  checkCount(attempt, "numHeads", numHeads);
  const { dimFeedforward = 2048, layerNormEps: eps = 1e-5, isCausal = false, mask, keyPaddingMask } = options;
  const drop = (x: Tensor): Tensor => (dropout > 0 ? dropped(x, dropout) : x);
  const activate = typeof activation === "function" ? activation : activations[activation];
  const masks = (attnMask: Tensor | undefined, padding: Tensor | undefined) => ({
    dropout,
    ...(attnMask && { attnMask }),
    ...(padding && { keyPaddingMask: padding }),
  });
  return {
    drop,
    masks,
    norm: () => layerNorm({ eps }),
    layers: (x: Tensor) => ({
      self_attn: multiheadAttention(numHeads, { ...masks(mask, keyPaddingMask), isCausal }),
      linear1: linear(dimFeedforward),
      linear2: linear(parameterExtent(attempt, x.shape, -1)),
    }),
    feedForward:
      ({ linear1, linear2 }: { readonly linear1: Layer; readonly linear2: Layer }): Branch =>
      (h) =>
        drop(linear2(drop(activate(linear1(h))))),
  };
}

const encoderAttempt = 'Cannot apply "nn.transformerEncoderLayer"';

/**
 * One layer of a transformer's encoder (Vaswani et al. 2017, section 3.1): `h = norm1(x + attention(x))`, `norm2(h + linear2(relu(linear1(h))))`,
 * with `normFirst` `h = x + attention(norm1(x))`, `h + linear2(relu(linear1(norm2(h))))`. x of `[batch, L, E]` gives that shape. Parts are
 * `self_attn` (as `nn.multiheadAttention`), `linear1`, `linear2`, `norm1` and `norm2`.
 * @throws GradcError `setting-out-of-range` where `numHeads` does not divide E
 */
export const transformerEncoderLayer = twoForms("transformerEncoderLayer", createEncoder, { infersWidth: true });

function createEncoder(numHeads: number, options: EncoderOptions = {}): Layer {
  checkOptions(encoderAttempt, options, encoderKinds);
  const { drop, norm, layers, feedForward } = common(encoderAttempt, numHeads, options);
  const within = layersWithin(
    () => layer,
    (x) => ({ ...layers(x), norm1: norm(), norm2: norm() }),
  );
  const layer: Layer = createLayer({
    kind: "transformerEncoderLayer",
    name: options.name,
    apply([given]) {
      const x = float(encoderAttempt, given);
      const { self_attn, norm1, norm2, ...network } = within(x);
      const branches = [
        [norm1, (h: Tensor) => drop(self_attn(h))],
        [norm2, feedForward(network)],
      ] as const;
      return addAndNorm(x, branches, options.normFirst ?? false);
    },
  });
  return layer;
}

const decoderAttempt = 'Cannot apply "nn.transformerDecoderLayer"';

/**
 * One layer of a transformer's decoder (Vaswani et al. 2017, section 3.1): as the encoder's, with attention to the places of `memory`
 * between its own and the network. x of `[batch, L, E]` and memory of `[batch, S, any]` give the shape of x. Its own attention is causal
 * with `isCausal`. Parts are `self_attn`, `multihead_attn`, `linear1`, `linear2`, `norm1`, `norm2` and `norm3`.
 * @throws GradcError `setting-out-of-range` where `numHeads` does not divide E
 */
export const transformerDecoderLayer = twoForms("transformerDecoderLayer", createDecoder, { inputs: 2, infersWidth: true });

function createDecoder(numHeads: number, options: DecoderOptions = {}): LayerOf<[x: Tensor, memory: Tensor], Tensor> {
  checkOptions(decoderAttempt, options, { ...encoderKinds, memoryMask: aTensor, memoryKeyPaddingMask: aTensor });
  const { drop, masks, norm, layers, feedForward } = common(decoderAttempt, numHeads, options);
  const toMemory = masks(options.memoryMask, options.memoryKeyPaddingMask);
  const within = layersWithin(
    () => layer,
    (x) => {
      const { self_attn, ...network } = layers(x);
      return { self_attn, multihead_attn: multiheadAttention(numHeads, toMemory), ...network, norm1: norm(), norm2: norm(), norm3: norm() };
    },
  );
  const layer: LayerOf<[x: Tensor, memory: Tensor], Tensor> = createLayer({
    kind: "transformerDecoderLayer",
    name: options.name,
    inputs: (x: Tensor, memory: Tensor) => [x, memory],
    apply(given) {
      const [x, memory] = given.map((each) => float(decoderAttempt, each)) as [Tensor, Tensor];
      const { self_attn, multihead_attn, norm1, norm2, norm3, ...network } = within(x);
      const branches = [
        [norm1, (h: Tensor) => drop(self_attn(h))],
        [norm2, (h: Tensor) => drop(multihead_attn(h, memory))],
        [norm3, feedForward(network)],
      ] as const;
      return addAndNorm(x, branches, options.normFirst ?? false);
    },
  });
  return layer;
}
