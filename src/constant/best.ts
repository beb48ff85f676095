import { elementAt } from "../../compiler/ir/element.ts";
import { type Guess, guesses, summariesOf } from "./guesses.ts";
import type { ConstantModel } from "./model.ts";
import { inputsOf, rowSize } from "./predictions.ts";
import { type Rows, sampleOf } from "./rows.ts";

/** What one prediction of a constant model is set to. */
export interface Constant {
  /** The number of the targets that is predicted, or the frequencies of their classes. */
  readonly kind: Guess["kind"] | "frequencies";
  /** The guess, for the value at `target` of those that the loss compares with the prediction. */
  readonly guess: Guess;
  readonly target: number;
  /** Names of the inputs that this value is made of. */
  readonly inputs: readonly string[];
}

/** Elements of targets that are summed up; of larger tables a sample is enough for the numbers that are tried. */
const mostElements = 2 ** 22;

/**
 * Sets every prediction of the model to the constant with the least loss on `rows`, of those that are best for some loss; the others keep
 * theirs meanwhile. The model's states must be those of the trained net.
 */
export function fitConstants({ net, predictions }: ConstantModel, rows: Rows): Constant[] {
  const widest = Math.max(...predictions.map(({ node }) => rowSize(node.shape)));
  const outputs = net.predict(sampleOf(net, rows, Math.ceil(mostElements / widest)));
  const candidates = predictions.map(({ node, targets }, at) =>
    targets.flatMap((compared, target) => {
      const summaries = summariesOf(outputs[`target.${at}.${target}`] ?? [], rowSize(node.shape));
      const sources = inputsOf([compared]);
      const inputs = sources.map(({ params }) => params.name);
      const isOfClasses = sources.some(({ dtype }) => dtype === "i32");
      return guesses.map((guess) => {
        const constant: Constant = { kind: isOfClasses ? "frequencies" : guess.kind, guess, target, inputs };
        return { ...constant, values: summaries.map(guess.of) };
      });
    }),
  );
  for (const [at, [first]] of candidates.entries()) net.write(`constant.${at}`, first?.values ?? []);
  return candidates.map((tried, at) => {
    const losses = tried.map(({ values }) => {
      net.write(`constant.${at}`, values);
      return net.evaluate(rows).loss;
    });
    const least = Math.min(...losses.filter((loss) => !Number.isNaN(loss)));
    const best = elementAt(tried, Math.max(0, losses.indexOf(least)));
    net.write(`constant.${at}`, best.values);
    return best;
  });
}
