// The page of a training in Chromium: at the width of a phone nothing is cut off, and it asks nobody for anything.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command } from "../support/command.ts";
import { launchChromium } from "./chromium.ts";

const at = (path: string) => fileURLToPath(new URL(`../../examples/housing/${path}`, import.meta.url));

let browser: Browser;
let page: Page;
let folder: string;
const heard: string[] = [];
beforeAll(async () => {
  [browser, folder] = await Promise.all([launchChromium(), mkdtemp(join(tmpdir(), "gradc-report-"))]);
  page = await browser.newPage({ viewport: { width: 390, height: 800 } });
  page.on("console", (message) => heard.push(message.text()));
  page.on("pageerror", (error) => heard.push(error.message));
  page.on("request", (request) => heard.push(request.url()));
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

test.each([
  ["ended well", ["--epochs", "12"], 0, ["Course", "Figures", "Weights and gradients", "Formulas", "Run"]],
  ["diverged", ["--optimizer", "sgd", "--lr", "30"], 1, ["How it ended", "Course", "Formulas", "Run"]],
] as const)("the page of a training that %s", async (_, settings, code, parts) => {
  const file = join(folder, "report.html");
  const table = ["--data", at("boston-housing.csv"), "--target", "medv"];
  expect((await command("train", at("housing.model.ts"), ...table, "-o", join(folder, "o"), "--report", file, ...settings)).code).toBe(code);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    heard.length = 0;
    await page.goto(pathToFileURL(file).href);
    expect(heard).toEqual([pathToFileURL(file).href]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    const titles = await page.locator("h2").allTextContents();
    for (const part of parts) expect(titles).toContainEqual(expect.stringContaining(part));
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
      colorScheme === "dark" ? "rgb(22, 24, 27)" : "rgb(255, 255, 255)",
    );
  }
});
