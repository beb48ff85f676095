// Layers over sequences.
import { aTensor, type Kinds, oneOf } from "../../settings.ts";
import type { Tensor } from "../../tensor.ts";
import type { LayerOf } from "../layer.ts";
import { twoForms } from "../two-forms.ts";
import { gruCell, lstmCell, rnnCell } from "./cells.ts";
import {
  type Recurrent,
  type RecurrentForms,
  type RecurrentOptions,
  recurrentKinds,
  recurrentLayer,
  type SequenceOptions,
  sequenceKinds,
} from "./layer.ts";

/** Settings of `nn.rnn`. */
export interface RnnOptions extends RecurrentOptions {
  readonly nonlinearity?: "tanh" | "relu";
}

/** What a layer `nn.lstm` takes with each sequence. */
export interface LstmSequenceOptions extends SequenceOptions {
  /** What c is before the first step, as `h0`. */
  readonly c0?: Tensor;
}

/** Settings of `nn.lstm`. */
export interface LstmOptions extends RecurrentOptions, LstmSequenceOptions {}

/** What `nn.lstm` gives: also the last c of each layer. */
export interface Lstm extends Recurrent {
  readonly cn: Tensor;
}

const rnnKinds: Kinds<RnnOptions> = { ...recurrentKinds, nonlinearity: oneOf("tanh", "relu") };
const lstmKinds: Kinds<LstmOptions> = { ...recurrentKinds, c0: aTensor };
const lstmSequenceKinds: Kinds<LstmSequenceOptions> = { ...sequenceKinds, c0: aTensor };

/**
 * `h_t = tanh(x_t·weight_ih + bias_ih + h_{t−1}·weight_hh + bias_hh)` over the steps of x, `[batch, T, width]` (Elman 1990), by relu with
 * `nonlinearity`. Gives `output` `[batch, T, directions · hiddenSize]` and `hn` `[batch, layers · directions, hiddenSize]`. Parameters are named
 * as PyTorch's (`weight_ih_l0`, `bias_hh_l0_reverse`), matrices are its transposes; all start as U(±1/√hiddenSize). As a layer it takes what is
 * of one sequence with it: `layer(x, { h0 })`.
 * @throws GradcError `shape-mismatch`, `dynamic-dimension`
 */
export const rnn = twoForms("rnn", createRnn, { infersWidth: true }) as RecurrentForms<RnnOptions, SequenceOptions, Recurrent>;

/** As `nn.rnn`, by a gated recurrent unit (Cho et al. 2014): `h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}`, gates r, z, n side by side in the weights. */
export const gru = twoForms("gru", createGru, { infersWidth: true }) as RecurrentForms<RecurrentOptions, SequenceOptions, Recurrent>;

/**
 * As `nn.rnn`, by long short-term memory (Hochreiter & Schmidhuber 1997): `c_t = f ⊙ c_{t−1} + i ⊙ g`, `h_t = o ⊙ tanh(c_t)`, gates i, f, g, o side
 * by side in the weights. Gives `cn` beside `output` and `hn`. PyTorch's `lstm(x, (h0, c0))` is `layer(x, { h0, c0 })`.
 */
export const lstm = twoForms("lstm", createLstm, { infersWidth: true }) as RecurrentForms<LstmOptions, LstmSequenceOptions, Lstm>;

function createRnn(hiddenSize: number, options: RnnOptions = {}): LayerOf<[x: Tensor], Recurrent> {
  const { nonlinearity = "tanh" } = options;
  return recurrentLayer(rnnCell(nonlinearity), hiddenSize, options, { layer: rnnKinds, call: sequenceKinds });
}

function createGru(hiddenSize: number, options: RecurrentOptions = {}): LayerOf<[x: Tensor], Recurrent> {
  return recurrentLayer(gruCell, hiddenSize, options, { layer: recurrentKinds, call: sequenceKinds });
}

function createLstm(hiddenSize: number, options: LstmOptions = {}): LayerOf<[x: Tensor], Lstm> {
  return recurrentLayer(lstmCell, hiddenSize, options, { layer: lstmKinds, call: lstmSequenceKinds }) as LayerOf<[x: Tensor], Lstm>;
}
