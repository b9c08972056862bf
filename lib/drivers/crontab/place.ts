/** Which tables there are, and by which names. Pure. */
import { join } from "node:path";

/** `cron.d/NAME`, `crontab` (the system's own), `user/NAME`. */
export type Place =
  | { readonly kind: "file"; readonly file: string; readonly folder: string }
  | { readonly kind: "user"; readonly user: string };

/** As cron itself takes names of files there (Debian's cron(8)): no dot, so that no backup and no temporary file is read. */
const FILE = /^cron\.d\/([A-Za-z0-9_-]{1,100})$/;
const USER = /^user\/([A-Za-z_][A-Za-z0-9_.-]{0,31})$/;

/** Where a table is; `null`: this is no name of one. `etc` is `/etc`. */
export function placeOf(table: string, etc: string): Place | null {
  if (table === "crontab") return { kind: "file", file: join(etc, "crontab"), folder: etc };
  const file = FILE.exec(table)?.[1];
  if (file) return { kind: "file", file: join(etc, "cron.d", file), folder: join(etc, "cron.d") };
  const user = USER.exec(table)?.[1];
  return user ? { kind: "user", user } : null;
}

/** `cron.d/app, user/alice` */
export const tablesIn = (text: string): readonly string[] =>
  text
    .split(/[\s,]+/)
    .map((one) => one.trim())
    .filter((one) => one !== "");

/** `cron.d/app#1f2e3d4c5b6a` */
export const refOf = (table: string, key: string): string => `${table}#${key}`;

export function readRef(ref: string): { readonly table: string; readonly key: string } | null {
  const [, table, key] = /^([^#]+)#([0-9a-f]{12}(?:-\d{1,6})?)$/.exec(ref.trim()) ?? [];
  return table && key ? { table, key } : null;
}
