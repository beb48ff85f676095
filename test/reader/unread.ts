// What cannot be read on the pages of the examples, and why. The list may only become shorter.
export const unread: Readonly<Record<string, readonly string[]>> = {
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
  "two-neurons/net": ["[1] in place of []: loss"],
  "two-neurons/net as it runs": ["[1] in place of []: loss"],
};

/** The same of networks by number. */
export const unreadOfNetworks: Readonly<Record<string, readonly string[]>> = {
  "9": ["reshape of [batch, 2, 5, 6] to [batch, 72]: δ_linear_0"],
  "9 as it runs": ["reshape of [batch, 2, 5, 6] to [batch, 72]: δ_linear_0"],
};
