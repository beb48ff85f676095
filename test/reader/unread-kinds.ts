// What cannot be read on the pages of each op, layer and loss, and why. The list may only become shorter.
export const unreadOfKinds: Readonly<Record<"ops" | "layers" | "losses", Readonly<Record<string, readonly string[]>>>> = {
  ops: {
    round: ["not known: round(x) is the whole number nearest to x, the even one where two are as near: out δ_h"],
    scatterAdd: ["scatter: nothing says into how many rows: out"],
  },
  layers: {
    prelu: ["[] in place of [1]: ∂loss/∂a_prelu_0"],
    upsample: [
      "not known: upsample_12×12(x)[n,c,p,q] is x[n,c,⌊p·A/P⌋,⌊q·B/Q⌋], where x has A×B cells along its last axes and the value P×Q = 12×12: out",
      "not known: upsampleᵀ_cells=6×6(g)[n,c,a,b] is Σ_p,q g[n,c,p,q]·[⌊p·A/P⌋ = a]·[⌊q·B/Q⌋ = b], where g has P×Q cells along its last axes and the value A×B: δ_m",
    ],
    upsampleBilinear: [
      "not known: upsample_bilinear,12×12(x) goes along one of the last axes after the other: there the element p is (1 − f)·x[⌊s⌋] + f·x[min(⌊s⌋ + 1, A − 1)] with s = max((p + 1/2)·A/P − 1/2, 0), and f = s − ⌊s⌋, and so with q, B and Q along the next, where x has A×B cells along its last axes and the value P×Q = 12×12: out",
    ],
  },
  losses: {},
};
