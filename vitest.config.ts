import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";

/** Tests that mostly wait for somebody else's clock: at the end they would be waited for alone. */
const WAITS = /\/lib\/(drivers\/(pg-cron|bullmq|kubernetes|sql)|engine\/(story|fire|read-drivers))[^/]*\.test\.ts$/;

class LongFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer["sort"]>[0]): ReturnType<BaseSequencer["sort"]> {
    const sorted = await super.sort(files);
    const waits = (file: (typeof sorted)[number]): boolean => WAITS.test(file.moduleId);
    const stories = (file: (typeof sorted)[number]): boolean => /\/story-/.test(file.moduleId);
    return [
      ...sorted.filter(stories),
      ...sorted.filter((file) => waits(file) && !stories(file)),
      ...sorted.filter((file) => !waits(file)),
    ];
  }
}

export default defineConfig({
  test: {
    include: [
      "lib/**/*.test.ts",
      "server/**/*.test.ts",
      "components/**/*.test.ts",
      "app/**/*.test.ts",
      "packages/**/*.test.ts",
    ],
    globalSetup: ["lib/testing/global-setup.ts"],
    setupFiles: ["lib/testing/seed.ts"],
    sequence: { sequencer: LongFirst },
    pool: "forks",
    // Of two cores: the third mostly waits.
    maxWorkers: 3,
    // Real schedulers and clocks share two cores: what fails is tried once more, and told by name.
    retry: 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
