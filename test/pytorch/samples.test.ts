// Inputs that PyTorch's own tests take, with the settings that they take.
import { losses, nn } from "gradc";
import { type Bodies, type Groups, type Operands, readGolden, testGroup } from "./golden.ts";

type Function = (...args: readonly unknown[]) => never;
type Settings = { readonly function: string; readonly settings: object };

const groups = readGolden<Groups>("samples");

/** Each case by the function that it names: its operands, then its settings. */
function testSamples(group: string, functions: object): void {
  const cases = groups[group] ?? {};
  const bodies = Object.entries(cases).map(([name, each]) => {
    const { function: of, settings } = each as unknown as Settings;
    const apply = (functions as Readonly<Record<string, Function>>)[of] as Function;
    return [name, (operands: Operands) => apply(...Object.values(operands), settings)] as const;
  });
  // Settings such as 0.614 are f32 constants.
  testGroup(group, cases, Object.fromEntries(bodies) as Bodies, Object.keys(cases));
}

testSamples("nn", nn);
testSamples("objectives", losses);
