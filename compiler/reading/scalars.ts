// Functions of one number, their settings and their derivatives.
import { errorFunction } from "../ops/transcendental.ts";

/** A function of x with the settings that stand below its name: `elu_0.5`. */
interface ScalarFunction {
  value(x: number, a: number, b: number): number;
  /** The derivative where it cannot be taken by differences: at kinks it is what is usual there. */
  slope?(x: number, a: number, b: number): number;
  readonly settings?: readonly number[];
}

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const hardsigmoid = (x: number): number => Math.min(1, Math.max(0, x / 6 + 0.5));

function halfToEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

const flat = { slope: () => 0 };
const elu = (x: number, alpha: number): number => (x > 0 ? x : alpha * Math.expm1(x));
const selu = { high: 1.0507009873554805, low: 1.7580993408473766 };
const tanhGelu = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

const known: ReadonlyMap<string, ScalarFunction> = new Map(
  Object.entries<ScalarFunction>({
    exp: { value: Math.exp },
    expm1: { value: Math.expm1 },
    log: { value: Math.log },
    ln: { value: Math.log },
    log1p: { value: Math.log1p },
    sqrt: { value: Math.sqrt },
    square: { value: (x) => x * x },
    sin: { value: Math.sin },
    cos: { value: Math.cos },
    tan: { value: Math.tan },
    asin: { value: Math.asin },
    acos: { value: Math.acos },
    atan: { value: Math.atan },
    sinh: { value: Math.sinh },
    cosh: { value: Math.cosh },
    asinh: { value: Math.asinh },
    acosh: { value: Math.acosh },
    atanh: { value: Math.atanh },
    sech: { value: (x) => 1 / Math.cosh(x) },
    erf: { value: errorFunction },
    tanh: { value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 },
    sigmoid: { value: sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x) },
    softplus: { value: softplus, slope: sigmoid },
    logsigmoid: { value: (x) => -softplus(-x), slope: (x) => sigmoid(-x) },
    silu: { value: (x) => x * sigmoid(x) },
    mish: { value: (x) => x * Math.tanh(softplus(x)) },
    gelu: { value: (x) => 0.5 * x * (1 + errorFunction(x * Math.SQRT1_2)) },
    tanhshrink: { value: (x) => x - Math.tanh(x) },
    softsign: { value: (x) => x / (1 + Math.abs(x)), slope: (x) => 1 / (1 + Math.abs(x)) ** 2 },
    abs: { value: Math.abs, slope: Math.sign },
    sign: { value: (x) => (x === 0 ? 0 : Math.sign(x)), ...flat },
    step: { value: (x) => (x > 0 ? 1 : x === 0 ? 0.5 : 0), ...flat },
    floor: { value: Math.floor, ...flat },
    ceil: { value: Math.ceil, ...flat },
    round: { value: halfToEven, ...flat },
    trunc: { value: Math.trunc, ...flat },
    relu: { value: (x) => Math.max(0, x), slope: (x) => Number(x > 0) },
    relu6: { value: (x) => Math.min(6, Math.max(0, x)), slope: (x) => Number(x > 0 && x < 6) },
    leakyRelu: { value: (x, a) => (x > 0 ? x : a * x), slope: (x, a) => (x > 0 ? 1 : a), settings: [0.01] },
    elu: { value: elu, slope: (x, alpha) => (x > 0 ? 1 : alpha * Math.exp(x)), settings: [1] },
    celu: { value: (x, a) => (x > 0 ? x : a * Math.expm1(x / a)), slope: (x, a) => (x > 0 ? 1 : Math.exp(x / a)), settings: [1] },
    selu: {
      value: (x) => (x > 0 ? selu.high * x : selu.low * Math.expm1(x)),
      slope: (x) => (x > 0 ? selu.high : selu.low * Math.exp(x)),
    },
    hardtanh: { value: (x, low, high) => Math.min(high, Math.max(low, x)), slope: (x, low, high) => Number(x > low && x < high), settings: [-1, 1] },
    hardsigmoid: { value: hardsigmoid, slope: (x) => (Math.abs(x) < 3 ? 1 / 6 : 0) },
    hardswish: { value: (x) => x * hardsigmoid(x), slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5) },
  }),
);

export const scalarNames: readonly string[] = [...known.keys()];

/** The derivative of a smooth function by differences of the sixth order, which err by 1e-12. */
function slopeOf(f: (x: number) => number, x: number): number {
  const h = 2e-3 * Math.max(1, Math.abs(x));
  const wide = (k: number) => f(x + k * h) - f(x - k * h);
  return (45 * wide(1) - 9 * wide(2) + wide(3)) / (60 * h);
}

/** `name`, or with ′ behind it its derivative, as a function of one number; undefined where `settings` are none of it. */
export function scalarFunction(name: string, settings: string | undefined): ((x: number) => number) | undefined {
  const plain = name.replace(/′$/, "");
  const found = plain === "gelu" && settings === "tanh" ? { value: tanhGelu } : known.get(plain);
  if (!found) return undefined;
  const { value, slope, settings: usual = [] }: ScalarFunction = found;
  const given = settings === undefined || settings === "tanh" ? usual : settings.split(",").map((text) => Number(text.replace("−", "-")));
  if (given.length !== usual.length || given.some(Number.isNaN)) return undefined;
  const [a = 0, b = 0] = given;
  const f = (x: number) => value(x, a, b);
  if (plain === name) return f;
  return slope ? (x) => slope(x, a, b) : (x) => slopeOf(f, x);
}
