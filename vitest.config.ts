import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";

/** Tests that mostly wait for somebody else's clock: at the end they would be waited for alone. */
const WAITS = /\/lib\/(drivers\/(pg-cron|bullmq|kubernetes|sql)|engine\/(story|fire|read-drivers))[^/]*\.test\.ts$/;

class LongFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer["sort"]>[0]): ReturnType<BaseSequencer["sort"]> {
    const sorted = await super.sort(files);
    const waits = (file: (typeof sorted)[number]): boolean => WAITS.test(file.moduleId);
    const stories = (file: (typeof sorted)[number]): boolean => /\/story-/.test(file.moduleId);
    // The order within each is Vitest's own: by project, files that share a worker last.
    return [
      ...sorted.filter(stories),
      ...sorted.filter((file) => waits(file) && !stories(file)),
      ...sorted.filter((file) => !waits(file)),
    ];
  }
}

const FOLDERS = ["lib", "server", "components", "app", "packages"];
const tests = (name: string): string[] => FOLDERS.map((folder) => `${folder}/**/${name}`);
/** What starts servers and processes of its own, or has a database. */
const WORLDLY = [...tests("*.db.test.ts"), "lib/db/**/*.test.ts", "lib/drivers/**/*.test.ts"];

export default defineConfig({
  test: {
    setupFiles: ["lib/testing/seed.ts"],
    sequence: { sequencer: LongFirst },
    pool: "forks",
    // Of two cores: the third mostly waits.
    maxWorkers: 3,
    // Real schedulers and clocks share two cores: what fails is tried once more, and told by name.
    retry: 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "database", include: WORLDLY, globalSetup: ["lib/testing/global-setup.ts"] },
      },
      {
        extends: true,
        // A rule keeps nothing from one file to the next: its imports are read once for all of them.
        test: {
          name: "rules",
          include: tests("*.test.ts"),
          exclude: [...WORLDLY, "**/node_modules/**"],
          isolate: false,
        },
      },
    ],
  },
});
