import { defineConfig } from "@playwright/test";
import { LAUNCH } from "./chromium.ts";

/** The files that take longest begin first, so that no worker is left with one of them at the end. */
const LONG = /\/(looks|every-page|demo|boundary|admin)\.spec\.ts$/;

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  // Each file has a server of its own, and waits now and then.
  workers: 2,
  // Two browsers and two servers share two cores: what fails is tried once more, and told by name.
  retries: 1,
  timeout: 120_000,
  expect: { timeout: 10_000, toHaveScreenshot: { maxDiffPixelRatio: 0.01, animations: "disabled" } },
  snapshotPathTemplate: "{testDir}/looks/{arg}{ext}",
  reporter: [["list"]],
  projects: [
    { name: "long", testMatch: LONG },
    { name: "short", testIgnore: LONG },
  ],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    timezoneId: "America/New_York",
    screenshot: "only-on-failure",
    launchOptions: LAUNCH,
  },
});
