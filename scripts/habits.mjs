// What the arrows cannot see: words in a file instead of imports. Each habit with its reason.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.mjs";

const LEFT_OUT = new Set(["node_modules", ".next", "dist", "data", "generated", "coverage", "test-results", ".git"]);
const FOLDERS = ["lib", "server", "app", "components", "packages", "e2e", "trials", "bench", "scripts"];

function filesUnder(folder) {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      if (LEFT_OUT.has(entry.name)) return [];
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
  } catch {
    return [];
  }
}

const isTest = (path) => /\.test\.tsx?$|^(e2e|trials|bench)\/|^lib\/testing\/|^packages\/gate\/testing\//.test(path);
/** Without comments, so that a sentence about a timer is none; lines stay where they are. */
const codeOf = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1");

const lines = (files, pattern) =>
  files.flatMap(({ path, code }) =>
    code
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim().slice(0, 100)}`] : [])),
  );

export function habits() {
  const all = FOLDERS.flatMap(filesUnder)
    .filter((path) => /\.(ts|tsx|mjs|cjs)$/.test(path))
    .map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return { path, text, code: codeOf(text) };
    });
  const program = all.filter(({ path }) => /^(lib|server|app|components|packages)\//.test(path) && !isTest(path));
  const except = (...patterns) => program.filter(({ path }) => !patterns.some((pattern) => pattern.test(path)));

  return [
    {
      name: "timers-have-one-owner",
      comment:
        "Only the engine's loops and lib/time/timers.ts set timers (and the server's, the embedded database's, the gate's and a request's own life): so that tests own time.",
      broken: lines(
        // In a browser a screen has a clock of its own.
        except(/^lib\/engine\/loops?\.ts$/, /^lib\/(runtime|time\/timers)\.ts$/, /^server\/[a-z-]+\.ts$/, /^lib\/db\/embedded\//, /^(components|app)\//, /^packages\/gate\/src\/world\.ts$/, /^lib\/outbound\/ask\.ts$/), // biome-ignore format: a list
        /(^|[^.\w])(setTimeout|setInterval)\s*\(|from "(node:)?timers(\/promises)?"|from "#lib\/time\/timers/,
      ),
    },
    {
      name: "environment-has-one-reader",
      comment:
        "Only lib/config.ts reads the environment: so that what a process is told is checked once, at its start.",
      // next-auth can be told its address in no other way than by writing this variable.
      broken: lines(except(/^lib\/config\.ts$/), /process\.env(?!\["NEXTAUTH_URL"\] = )/),
    },
    {
      name: "stores-write-queries",
      comment:
        "Only stores (and lib/db) write queries: so that a table has one owner. Drivers ask tables of other databases.",
      broken: lines(
        except(
          /(^|\/)(store|[a-z-]+-store)\.ts$|\/store\//,
          /^lib\/db\//,
          /^lib\/drivers\/(postgres|pg-cron|pg-cron-history|sql-[a-z]+)\.ts$/,
        ),
        /\.query(<[^(]*>)?\(\s*["'`]\s*(?!SELECT 1\b)|\$(query|execute)Raw|["'`](SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM) /,
      ),
    },
    {
      name: "no-default-clock",
      comment: "`now` is an argument: a rule that reads the clock cannot be asked about yesterday.",
      broken: lines(
        except(
          /^lib\/(time\/clock|runtime|log)\.ts$/,
          /^lib\/(db|evidence\/spool)\//,
          /^server\//,
          /^(components|app)\//,
          /^packages\/gate\/src\/world\.ts$/,
        ),
        /Date\.now\(\)|new Date\(\)/,
      ),
    },
    {
      name: "short-files",
      comment: "At 400 lines (tests: 600) a file wants to be a folder of pieces, each named after what it does.",
      broken: all.flatMap(({ path, text }) => {
        const length = text.split("\n").length - 1;
        return length > (isTest(path) ? 600 : 400) ? [`${path}: ${length} lines`] : [];
      }),
    },
    {
      name: "no-drawers",
      comment: "A file named utils, helpers, common or misc says nothing of what is in it.",
      broken: all.flatMap(({ path }) =>
        /(^|\/)(utils?|helpers?|common|misc|manager)(\.|\/)/.test(path) ? [path] : [],
      ),
    },
  ];
}
