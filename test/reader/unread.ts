// What cannot be read on the pages of the examples, and why. The list may only become shorter.
export const unread: Readonly<Record<string, readonly string[]>> = {
  "char-gru/char": [
    "nothing says along which axis steps lie: gru_r_t gru_z_t gru_n_t gru_h_t ε_t v1_t v2_t v3_t δ_gru_t ∂loss/∂U_gru ∂loss/∂c_gru ∂loss/∂W_gru ∂loss/∂b_gru",
    "nothing says how gru_h without a step lies: gru_output",
    "nothing says how δ_gru without a step lies: δ_letters",
  ],
  "char-gru/char as it runs": [
    "nothing says along which axis steps lie: gru_r_t gru_z_t gru_n_t gru_h_t ε_t v1_t v2_t v3_t δ_gru_t ∂loss/∂W_scores ∂loss/∂U_gru ∂loss/∂c_gru ∂loss/∂W_gru ∂loss/∂b_gru",
    "nothing says how gru_h without a step lies: scores",
    "nothing says how δ_gru without a step lies: δ_letters",
  ],
  "course/attention": ["j has no value: A_out"],
  "course/attention as it runs": ["j has no value: out A_out v1"],
  "course/neuron": ["[1] in place of []: loss"],
  "course/neuron as it runs": ["[1] in place of []: loss"],
  "course/recurrent": [
    "nothing says along which axis steps lie: rec_h_t out ε_t δ_rec_t ∂loss/∂W_out ∂loss/∂W_rec ∂loss/∂U_rec ∂loss/∂b_rec ∂loss/∂c_rec",
  ],
  "course/recurrent as it runs": [
    "nothing says along which axis steps lie: rec_h_t out ε_t δ_rec_t ∂loss/∂W_out ∂loss/∂W_rec ∂loss/∂U_rec ∂loss/∂b_rec ∂loss/∂c_rec",
  ],
  "pendulum/pendulum": [
    "[] in place of [batch]: speed",
    "nothing says along which axis steps lie: path_next_second_angle_t v1_t path_next_third_angle_t v2_t v10_t path_next_angle_t path_next_fourth_angle_t v11_t path_next_speed_t v4_t v7_t v5_t ε_angle_t v8_t ε_speed_t v3_t v6_t v9_t ∂loss/∂damping ∂loss/∂length",
    "nothing says how path_next_angle without a step lies: path",
  ],
  "pendulum/pendulum as it runs": [
    "[] in place of [batch]: speed",
    "nothing says along which axis steps lie: path_next_second_angle_t v1_t path_next_third_angle_t v2_t v10_t path_next_angle_t path_next_fourth_angle_t v11_t path_next_speed_t v4_t v7_t v5_t ε_angle_t v8_t ε_speed_t v3_t v6_t v9_t ∂loss/∂damping ∂loss/∂length",
    "nothing says how path_next_angle without a step lies: path",
  ],
  "tiny-gpt/gpt": ["j has no value: A_first_self_attn A_second_self_attn"],
  "tiny-gpt/gpt as it runs": ["j has no value: v2 v5 v4 A_second_self_attn v15 v14 v1 A_first_self_attn v24 v23"],
  "two-neurons/net": ["[1] in place of []: loss"],
  "two-neurons/net as it runs": ["[1] in place of []: loss"],
};

/** The same of networks by number. */
export const unreadOfNetworks: Readonly<Record<string, readonly string[]>> = {
  "9": ["reshape of [batch, 2, 5, 6] to [batch, 72]: δ_linear_0"],
  "19": ["reshape of [batch, 2, 5, 5] to [batch, 72]: δ_linear_0"],
  "28": ["a has no value: s for W_conv2d_0", "s has no value: w for W_conv2d_0"],
  "29": ["reshape of [batch, 2, 5, 5] to [batch, 72]: δ_linear_0"],
  "38": ["o has no value: s for W_conv2d_0", "s has no value: w for W_conv2d_0"],
  "39": ["reshape of [batch, 2, 5, 6] to [batch, 72]: δ_linear_0"],
  "9 as it runs": ["reshape of [batch, 2, 5, 6] to [batch, 72]: δ_linear_0"],
  "19 as it runs": ["reshape of [batch, 2, 5, 5] to [batch, 72]: δ_linear_0"],
  "28 as it runs": ["a has no value: s2 for W_conv2d_0", "s2 has no value: w for W_conv2d_0"],
  "29 as it runs": ["reshape of [batch, 2, 5, 5] to [batch, 72]: δ_linear_0"],
  "38 as it runs": ["a has no value: w for W_conv2d_0"],
  "39 as it runs": ["reshape of [batch, 2, 5, 6] to [batch, 72]: δ_linear_0"],
};
