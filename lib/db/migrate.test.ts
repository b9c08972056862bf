import { describe, expect, it } from "vitest";
import { planMigrations } from "./migrate.ts";

const known = ["1_start", "2_more"].map((name) => ({ name, sql: "", checksum: `sum of ${name}` }));
const done = (name: string, checksum = `sum of ${name}`, finished: Date | null = new Date(0)) => ({
  ...{ migration_name: name, checksum, finished_at: finished },
});
const code = (recorded: Parameters<typeof planMigrations>[1]): string => {
  const plan = planMigrations(known, recorded);
  return plan.ok ? plan.value.map((migration) => migration.name).join() : plan.problem.code;
};

describe("a plan of migrations", () => {
  it("holds what is not recorded yet, in order", () => {
    expect(code([])).toBe("1_start,2_more");
    expect(code([done("1_start")])).toBe("2_more");
    expect(code([done("1_start"), done("2_more")])).toBe("");
  });

  it("is refused when the database is newer, a file was edited, or one was left unfinished", () => {
    expect(code([done("1_start"), done("3_later")])).toBe("database_newer");
    expect(code([done("1_start", "another")])).toBe("migration_edited");
    expect(code([done("1_start", "sum of 1_start", null)])).toBe("migration_unfinished");
  });
});
