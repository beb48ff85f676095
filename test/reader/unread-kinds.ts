// What cannot be read on the pages of each op, layer and loss, and why. The list may only become shorter.
export const unreadOfKinds: Readonly<Record<"ops" | "layers" | "losses", Readonly<Record<string, readonly string[]>>>> = {
  ops: {
    round: ["nothing says what round is: out δ_h"],
    trunc: ["nothing says what trunc is: out δ_h"],
    mean: ["[4] in place of [4, 4]: ∂loss/∂W_s", "[] in place of [4]: ∂loss/∂b_s"],
    argmax: ["[4] in place of [4, 4]: ∂loss/∂W_h", "[] in place of [4]: ∂loss/∂b_h"],
    argmin: ["[4] in place of [4, 4]: ∂loss/∂W_h", "[] in place of [4]: ∂loss/∂b_h"],
    broadcast: ["[batch, 4] in place of [batch, 3, 4]: out"],
    scatterAdd: ["scatter: nothing says into how many rows: out"],
    takeAlongDim: ["k has no value: out δ_h"],
    repeat: ["reshape of [batch, 4] to [batch, 8]: out"],
    repeatInterleave: ["reshape of [batch, 4] to [batch, 8]: out"],
    sort: ["k has no value: out δ_h"],
    topK: ["k has no value: out δ_h"],
    tril: ["k has no value: out δ_s"],
    triu: ["k has no value: out v1"],
    scan: ["nothing says along which axis steps lie: h′_t out δ_s_t ∂loss/∂W_h ∂loss/∂b_h", "nothing says how δ_s without a step lies: δ_s"],
  },
  layers: {
    prelu: ["[] in place of [1]: ∂loss/∂a_prelu_0"],
    upsample: [
      "not known: upsample(x) has the extents that stand below: the nearest element of x, or between two of them where it says bilinear: out",
    ],
    upsampleBilinear: [
      "not known: upsample(x) has the extents that stand below: the nearest element of x, or between two of them where it says bilinear: out",
    ],
    embeddingBag: ["[4] in place of [4, 3]: ∂loss/∂W_embeddingBag_0"],
    rnn: [
      "nothing says along which axis steps lie: h_t ε_t δ_rnn_0_t ∂loss/∂W_rnn_0 ∂loss/∂U_rnn_0 ∂loss/∂b_rnn_0 ∂loss/∂c_rnn_0",
      "nothing says how h without a step lies: out",
      "nothing says how δ_rnn_0 without a step lies: δ_s",
    ],
    gru: [
      "nothing says along which axis steps lie: z_t r_t n_t h_t ε_t v1_t v2_t v3_t δ_gru_0_t ∂loss/∂U_gru_0 ∂loss/∂c_gru_0 ∂loss/∂W_gru_0 ∂loss/∂b_gru_0",
      "nothing says how h without a step lies: out",
      "nothing says how δ_gru_0 without a step lies: δ_s",
    ],
    lstm: [
      "nothing says along which axis steps lie: o_t f_t i_t g_t c_t h_t ε_c_t ε_h_t v1_t δ_lstm_0_t ∂loss/∂W_lstm_0 ∂loss/∂U_lstm_0 ∂loss/∂b_lstm_0 ∂loss/∂c_lstm_0",
      "nothing says how h without a step lies: out",
      "nothing says how δ_lstm_0 without a step lies: δ_s",
    ],
    scaledDotProductAttention: ["j has no value: A"],
  },
  losses: {
    cosineEmbedding: ["[batch] in place of [batch, 4]: v3"],
    tripletMargin: ["[batch] in place of [batch, 4]: v1"],
  },
};
