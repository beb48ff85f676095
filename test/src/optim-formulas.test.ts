// How updates read, without those of the states that an optimizer keeps.
import { formulas } from "gradc/compiler";
import { expect, it } from "vitest";
import { f32, losses, model, nn, optim, schedules } from "../../src/index.ts";

const network = model("network", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(x, 1, { name: "out", bias: false });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

const updateOf = async (optimizer: optim.Optimizer) => (await formulas(network, { optimizer })).updates["out.weight"];

it("read as in the papers", async () => {
  const { adadelta, adagrad, adamax, lion, rmsprop } = optim;
  const updates = await Promise.all([adadelta(), adagrad(), adamax(), lion({ weightDecay: 0.1 }), rmsprop({ momentum: 0.9 })].map(updateOf));
  expect(`\n${updates.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    W_out ← W_out − lr·(√(u_W_out + 0.000001) / √(v_W_out⁺ + 0.000001)) ⊙ ∂loss/∂W_out
      where v_W_out⁺ = 0.9·v_W_out + 0.1·(∂loss/∂W_out)²
    W_out ← W_out − lr·(∂loss/∂W_out / (√(sum_W_out⁺) + 1e-10))
      where sum_W_out⁺ = sum_W_out + (∂loss/∂W_out)²
    W_out ← W_out − lr/(1 − 0.9^(t + 1))·(m_W_out⁺/u_W_out⁺)
      where m_W_out⁺ = 0.9·m_W_out + 0.1·∂loss/∂W_out
            u_W_out⁺ = max(0.999·u_W_out, |∂loss/∂W_out| + 1e-8)
    W_out ← (1 − lr·weightDecay)·W_out − lr·sign(0.9·m_W_out + 0.1·∂loss/∂W_out)
    W_out ← W_out − lr·momentum_W_out⁺
      where momentum_W_out⁺ = momentum·momentum_W_out + ∂loss/∂W_out / (√(v_W_out⁺) + 1e-8)
            v_W_out⁺ = 0.99·v_W_out + 0.01·(∂loss/∂W_out)²
    "
  `);
});

it("have their schedules in them", async () => {
  const { step, cosineAnnealing, inverseTime, warmupLinear } = schedules;
  const rates = [
    step(1, { stepSize: 10 }),
    cosineAnnealing(1, { tMax: 100 }),
    inverseTime(1, { decay: 0.5, every: 8 }),
    warmupLinear(1, { warmupSteps: 10, totalSteps: 100 }),
  ];
  const updates = await Promise.all(rates.map((lr) => updateOf(optim.sgd({ lr, maximize: true }))));
  expect(`\n${updates.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    W_out ← W_out + lr·0.1^(⌊t/10⌋)·∂loss/∂W_out
    W_out ← W_out + 0.5·lr·(cos(π·(t/100)) + 1)·∂loss/∂W_out
    W_out ← W_out + (lr / (0.5·⌊t/8⌋ + 1))·∂loss/∂W_out
    W_out ← W_out + lr·{t/10 if t < 10, else 1 − min((t − 10)/90, 1)}·∂loss/∂W_out
    "
  `);
});

it("of groups name the settings that are their own", async () => {
  expect(await updateOf(optim.sgd({ lr: 0.1, groups: [{ params: "*.weight", lr: 0.01 }] }))).toMatchInlineSnapshot(
    `"W_out ← W_out − groups_0_lr·∂loss/∂W_out"`,
  );
});
