// sinh and cosh: from e^|x| in f64, which holds what f32 cannot.
import { expDouble, expParts, inDoubles } from "./double.ts";
import { absolute, withSign } from "./sign.ts";
import { f64x2, type Ref, type Writer } from "./writer.ts";

/** (e^x - e^-x) / 2, at most 1 ulp: (E + E / (E + 1)) / 2 of E = e^|x| - 1, which keeps its digits near 0. */
export function sinh(w: Writer, x: Ref): Ref {
  const { m } = w;
  const { add, sub, mul, div } = m.f64x2;
  const held = w.hold(x);
  const size = w.hold(absolute(w, held()));
  const value = inDoubles(w, [size], (half) => {
    const { scale, rest } = expParts(w, half());
    const grown = w.hold(add(mul(scale(), rest()), sub(scale(), f64x2(w, 1))));
    return mul(f64x2(w, 0.5), add(grown(), div(grown(), add(grown(), f64x2(w, 1)))));
  });
  return withSign(w, value, held());
}

/** (e^x + e^-x) / 2, at most 1 ulp. */
export function cosh(w: Writer, x: Ref): Ref {
  const { m } = w;
  const { add, mul, div } = m.f64x2;
  const size = w.hold(absolute(w, x));
  return inDoubles(w, [size], (half) => {
    const e = w.hold(expDouble(w, half()));
    return mul(f64x2(w, 0.5), add(e(), div(f64x2(w, 1), e())));
  });
}
