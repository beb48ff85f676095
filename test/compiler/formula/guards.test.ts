import { expect, test } from "vitest";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { tidy } from "../../../compiler/formula/tidy.ts";
import { call, type Formula, number, operator, variable } from "../../../compiler/formula/tree.ts";

const [a, b] = [variable("a"), variable("b")];
const unless0 = (zero: Formula, value: Formula, otherwise: Formula): Formula => ({
  kind: "cases",
  condition: operator("=", zero, number(0)),
  value,
  otherwise,
});
const guard = unless0(a, number(1), a);
const tidied = (value: Formula, otherwise: Formula): string => print(tidy(unless0(a, value, otherwise)), text);

test("a power that is 0 at 0 needs no guard", () => {
  expect(tidied(number(0), operator("^", guard, number(3)))).toBe("a³");
  expect(tidied(a, operator("^", guard, number(0.5)))).toBe("a^0.5");
  expect(tidied(number(0), operator("*", b, operator("^", guard, number(2))))).toBe("b ⊙ a²");
});

test("what divides by 0 is chosen, not multiplied by 0", () => {
  expect(tidied(number(0), operator("/", b, guard))).toBe("{0 if a = 0, else b/a}");
  expect(tidied(number(0), operator("*", b, operator("^", guard, number(-0.5))))).toBe("{0 if a = 0, else b ⊙ a^(−0.5)}");
});

test("beside what may have no number there it stays", () => {
  expect(tidied(number(0), operator("*", call("log", [a]), operator("^", guard, number(2))))).toBe("log(a) ⊙ a² ⊙ [a ≠ 0]");
});

test("a value at 0 that is not 0 is said", () => {
  expect(tidied(number(1), operator("^", guard, number(2)))).toBe("{1 if a = 0, else a²}");
  expect(tidied(b, guard)).toBe("{b if a = 0, else a}");
});
