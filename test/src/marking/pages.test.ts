// The lines of the examples' pages, as claims for themselves.
import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { netOf } from "./nets.ts";

const root = fileURLToPath(new URL("../../../examples/", import.meta.url));

/** Takes as long as all others; its page is like those of attention and of images. */
const left = "tiny-gpt";

/**
 * Lines that do not say enough to be read: positions as letters (attention), windows (conv, cnn), random numbers (dropout), steps of loops (recurrent,
 * char, pendulum), and values without a name. The list may only become shorter.
 */
const unread: readonly string[] = [
  "char: W_gru",
  "char: b_gru",
  "char: U_gru",
  "char: c_gru",
  "char: δ_letters",
  "char: letters",
  "char: gru_output",
  "char: ∂loss/∂W_letters",
  "char: ∂loss/∂W_gru",
  "char: ∂loss/∂U_gru",
  "char: ∂loss/∂b_gru",
  "char: ∂loss/∂c_gru",
  "attention: δ_v",
  "attention: v1",
  "attention: δ_k",
  "attention: δ_q",
  "attention: out",
  "conv: δ_c",
  "conv: c",
  "conv: p",
  "conv: ∂loss/∂W_c",
  "dropout: δ_hidden",
  "dropout: kept",
  "recurrent: out",
  "recurrent: ∂loss/∂W_rec",
  "recurrent: ∂loss/∂U_rec",
  "recurrent: ∂loss/∂b_rec",
  "recurrent: ∂loss/∂c_rec",
  "recurrent: ∂loss/∂W_out",
  "cnn: δ_shapes",
  "cnn: δ_edges",
  "cnn: image",
  "cnn: edges",
  "cnn: shapes",
  "cnn: features",
  "cnn: ∂loss/∂W_edges",
  "cnn: ∂loss/∂W_shapes",
  "mlp: δ_hidden",
  "mlp: hidden",
  "pendulum: path",
  "pendulum: ∂loss/∂length",
  "pendulum: ∂loss/∂damping",
];

test("each printed line is right as a claim, or is known not to be read", async () => {
  const found: string[] = [];
  const wrong: string[] = [];
  let lines = 0;
  for (const path of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
    if (!path.endsWith(".model.ts") || dirname(path).endsWith(left)) continue;
    const net = await netOf(root + path);
    const claims = [...net.lines].map(([name, line]) => `${name} = ${line}`);
    for (const { verdict, kind, claim, hint } of net.mark(claims.join("\n"))) {
      lines++;
      if (verdict === "unread" || kind === "shape") found.push(`${basename(path, ".model.ts")}: ${claim.split(" = ")[0]}`);
      else if (verdict !== "right") wrong.push(`${path}: ${claim} | ${hint}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(found).toEqual(unread);
  expect(lines).toBeGreaterThan(200);
});
