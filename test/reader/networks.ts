// The pages of networks by number, with what trains them.
import { networkOf } from "../bits/networks.ts";
import { type Verdict, verdictsOn } from "./compare.ts";
import { subjectsOf } from "./harness.ts";

/** The verdicts on the page of a network as it is derived, and on that as it runs. */
export async function verdictsOnNetwork(number: number): Promise<Verdict[][]> {
  const { model, options } = networkOf(number);
  return (await subjectsOf(model, options.optimizer)).map((page) => verdictsOn(page));
}
