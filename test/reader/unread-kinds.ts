// What cannot be read on the pages of each op, layer and loss, and why. The list may only become shorter.
export const unreadOfKinds: Readonly<Record<"ops" | "layers" | "losses", Readonly<Record<string, readonly string[]>>>> = {
  ops: {
    takeAlongDim: ["k has no value: out δ_h"],
    sort: ["k has no value: out δ_h"],
    topK: ["k has no value: out δ_h"],
    tril: ["k has no value: out δ_s"],
    triu: ["k has no value: out v1"],
  },
  layers: {
    scaledDotProductAttention: ["j has no value: A"],
  },
  losses: {},
};
