// A page with each op, layer, loss and optimizer as the second reader reads it; `npm run read` reads the page as it runs too.
import { expect, test } from "vitest";
import { losses, nn, ops, optim } from "../../src/index.ts";
import { faultsIn, verdictsOn } from "./compare.ts";
import { derivedOf, type Subject } from "./harness.ts";
import { definitionOfKind, type Kind, kindsOfLayers, kindsOfLosses, kindsOfOps } from "./kinds.ts";
import { optimizers, trained } from "./optimizers.ts";
import { unreadOfKinds } from "./unread-kinds.ts";

/** The faults on the page of each, where there are any. */
async function faultsOn(pages: Iterable<readonly [name: string, page: Promise<Subject>]>): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const [name, page] of pages) {
    const faults = faultsIn(verdictsOn(await page));
    if (faults.length > 0) found[name] = faults;
  }
  return found;
}

const pagesOf = (kinds: Readonly<Record<string, Kind>>) =>
  Object.entries(kinds).map(([name, kind]) => [name, derivedOf(definitionOfKind(name, kind))] as const);

test("each op, layer and loss has a kind, each optimizer a training", () => {
  for (const [exported, kinds] of [
    [ops, kindsOfOps],
    [nn, kindsOfLayers],
    [losses, kindsOfLosses],
  ] as const)
    expect(Object.keys(exported).filter((name) => !(name in kinds))).toEqual([]);
  expect(Object.keys(optim).filter((name) => !(name in optimizers))).toEqual(["custom", "l1", "l2"]);
});

test("pages of each op", async () => expect(await faultsOn(pagesOf(kindsOfOps))).toEqual(unreadOfKinds.ops));
test("pages of each layer", async () => expect(await faultsOn(pagesOf(kindsOfLayers))).toEqual(unreadOfKinds.layers));
test("pages of each loss", async () => expect(await faultsOn(pagesOf(kindsOfLosses))).toEqual(unreadOfKinds.losses));
test("pages of each optimizer", async () => {
  const pages = Object.entries(optimizers).map(([name, optimizer]) => [name, derivedOf(trained, optimizer)] as const);
  expect(await faultsOn(pages)).toEqual({});
});
