// What signs mean, in the words and the grammar of a page.

/** What else may stand in a formula. */
export const signs = {
  rows: "Rows are examples, batch is how many. A vector beside · is a row on its left and a column on its right; W has a row for each input, so that w_ij goes from i to j.",
  product: "· multiplies matrices, and scales by a number.",
  hadamard:
    "⊙, / and powers go element by element; what has fewer axes goes along the last ones, rows along rows, and b[j] along those of its letters (i the first), an axis of extent 1 along any.",
  outer: "(x ⊗ y)[i,j] is x[i]·y[j].",
  transposed: "ᵀ exchanges the last two axes.",
  series:
    "Σ_j and the like go over axes of what follows, i the first, j the second …; Σ_batch over the rows. A Σ reaches over ⊙, · and /, not over + and −.",
  indexed: "Letters in x[i,j] name axes; letters that Σ does not name are those of the result, in the order of the alphabet.",
  lettered:
    "c[n,o] = … says what each element of c is: the letters go over its axes in their order. A letter below Σ, max or argmax there goes over all numbers from 0: as many as the axis has at which it stands alone, or those below 2 where it says u<2. Σ and max reach over · and /, not over + and −.",
  place: "A letter that stands by itself, as in [j ≤ i], is a number: the place along its axis, from 0.",
  outside: "What would be outside of a table, as x[n,−1], counts 0 in a Σ and −∞ in a max.",
  largest: "[(u,v) = argmax_u,v x[u,v]] is 1 where u and v are those of the first largest element, the last letter counted fastest.",
  wholePart: "⌊x⌋ is the largest whole number that is not above x.",
  groups:
    "mean_group,k,l(x) is for each channel, along the second axis of x, that of all channels of its group over the axes k and l too; var_group alike. Groups are channels one behind the other, as many each: so many groups as the first number below the function that is said says.",
  constant: "A number that is a gradient is so for each of its elements.",
  single: "What has one element stands for that number, and a number for it, in the shape that its name has.",
  indicator: "[c] is 1 where c holds, else 0.",
  error: "δ_a is how the loss changes with what stands at a: what layer a gives before its activation.",
  time: "x_t is the value of x at step t, from 1 to T, the number of steps that stands behind its shape or is the extent of its axis of steps: along the second axis of what has rows along its first, else along its first axis. What has a line for h_t, which says its shape at one step, is h at all of them, along a first axis, unless a line says what h is. h_0, before the first step, and h_{T+1} or ε_{T+1}, behind the last, are 0 where no line says otherwise; ε is the error that step t + 1 hands to step t.",
  rule: "The lines of a rule are done in their order: each uses what the lines above it gave, and of what stands below it what the step before gave.",
  decimal: "A decimal is the f32 nearest to it.",
  next: "⁺ marks the value after the step; t counts steps from 0.",
  noNumber: "NaN is no number, as 0/0 is none.",
  held: "held(x) is x, which gradients take for a constant.",
  pi: "π is the number 3.14159265358979…",
};
