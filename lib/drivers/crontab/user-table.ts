/** A user's own table, through crontab(1): it alone knows where cron keeps it, and tells cron that it has changed. */
import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { no, reasonOf, yes } from "../answer.ts";
import type { Answer } from "../driver.ts";

const LIMIT = 10_000;
const LARGEST = 1_000_000;

// In English, and with nothing of ours that an editor or a hook could take up.
const ENVIRONMENT = { PATH: "/usr/bin:/bin", LC_ALL: "C", NODE_ENV: "production" } as const;

interface Ended {
  readonly code: number | null;
  readonly out: Buffer;
  readonly said: string;
}

/** Runs crontab(1) for a user; only root may name another one than itself. */
function crontab(user: string, args: readonly string[], input?: Buffer): Promise<Ended> {
  const whose = userInfo().username === user ? [] : ["-u", user];
  return new Promise((done) => {
    const child = execFile(
      "crontab",
      [...whose, ...args],
      { timeout: LIMIT, maxBuffer: LARGEST, encoding: "buffer", env: ENVIRONMENT },
      (failed, out, error) => {
        const code = failed ? (typeof failed.code === "number" ? failed.code : null) : 0;
        done({ code, out, said: reasonOf(error.toString("utf8") || failed?.message || "") });
      },
    );
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

export async function readUserTable(user: string): Promise<Answer<string>> {
  const { code, out, said } = await crontab(user, ["-l"]);
  if (code === 0) return yes(out.toString("latin1"));
  if (/no crontab for/.test(said)) return no("not_found", `The user ${user} has no crontab.`);
  return no("refused", `The crontab of ${user} cannot be read: ${said}.`);
}

/** Puts `text` where `before` was read; answers false, and writes nothing, where another table stands there by now. */
export async function writeUserTable(
  user: string,
  { text, before }: { readonly text: string; readonly before: string },
): Promise<Answer<boolean>> {
  const now = await readUserTable(user);
  if (!now.ok) return now;
  if (now.value !== before) return yes(false);
  const { code, said } = await crontab(user, ["-"], Buffer.from(text, "latin1"));
  return code === 0 ? yes(true) : no("refused", `The crontab of ${user} cannot be written: ${said}.`);
}
