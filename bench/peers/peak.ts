// The machine's peak: multiply-add of four lanes on twelve values that never leave registers. A step is a fixed piece of it.
import binaryen from "binaryen";

const CHAINS = 12;
const TURNS = 20_000;

/** Floating-point operations of a step. */
export const FLOPS = TURNS * CHAINS * 4 * 2;

function text(): string {
  const chains = Array.from({ length: CHAINS }, (_, i) => i);
  const each = (line: (i: number) => string) => chains.map(line).join("\n");
  return `(module (func (export "run") (result f32) (local $n i32) (local $a v128) (local $b v128) ${each((i) => `(local $v${i} v128)`)}
    (local.set $a (f32x4.splat (f32.const 0.999)))
    (local.set $b (f32x4.splat (f32.const 0.001)))
    (loop $turn
      ${each((i) => `(local.set $v${i} (f32x4.add (f32x4.mul (local.get $v${i}) (local.get $a)) (local.get $b)))`)}
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $turn (i32.lt_s (local.get $n) (i32.const ${TURNS}))))
    (f32x4.extract_lane 0 ${chains.slice(1).reduce((sum, i) => `(f32x4.add ${sum} (local.get $v${i}))`, "(local.get $v0)")})))`;
}

export const version = () => `Node ${process.versions.node}`;

export async function prepare() {
  const module = binaryen.parseText(text());
  module.setFeatures(binaryen.Features.SIMD128);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module.emitBinary())));
  return { step: instance.exports.run as () => number };
}
