/** A table that is a file: `/etc/crontab` and those of `/etc/cron.d`. Only what cron itself would take is touched. */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readdir, rename, stat, unlink, utimes } from "node:fs/promises";
import { basename, join } from "node:path";
import { no, reasonOf, yes } from "../answer.ts";
import type { Answer } from "../driver.ts";
import type { Place } from "./place.ts";

type FilePlace = Extract<Place, { kind: "file" }>;
type Stats = Awaited<ReturnType<FileHandle["stat"]>>;

const LARGEST = 1_000_000;
const OTHERS_MAY_WRITE = 0o022;
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_CREAT, O_EXCL, O_WRONLY, O_DIRECTORY } = constants;

const codeOf = (thrown: unknown): string | null =>
  typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string"
    ? thrown.code
    : null;

/** Whose files may stand here: root's, as cron wants them, or ours. */
const trusted = (stats: Stats): boolean => stats.uid === 0 || stats.uid === process.getuid?.();

/** Why this file is none that may be edited: Debian's cron leaves the same ones alone. */
function unfit(file: string, stats: Stats): string | null {
  if (!stats.isFile()) return `${file} is no regular file`;
  if (stats.nlink !== 1) return `${file} has ${stats.nlink} names, and only one of them would be changed`;
  if (!trusted(stats)) return `${file} belongs neither to root nor to the user that Rollcall runs as`;
  if ((Number(stats.mode) & OTHERS_MAY_WRITE) !== 0) return `${file} may be written by others than its owner`;
  return Number(stats.size) > LARGEST ? `${file} is larger than ${LARGEST / 1_000} kB` : null;
}

/** A folder in which others could exchange what we are about to write. */
async function unfitFolder(folder: string): Promise<string | null> {
  const stats = await stat(folder);
  return trusted(stats) && (stats.mode & OTHERS_MAY_WRITE) === 0
    ? null
    : `${folder} may be written by others than root and the user that Rollcall runs as`;
}

interface ReadFile {
  readonly text: string;
  readonly stats: Stats;
}

/** The file as it stands; `not_found` where there is none, `refused` where it is none that cron would take. */
export async function readFileTable({ file, folder }: FilePlace): Promise<Answer<ReadFile>> {
  let handle: FileHandle;
  try {
    // Neither through a symbolic link nor into a pipe.
    handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === "ENOENT") return no("not_found", `There is no ${file}.`);
    if (code === "ELOOP") return no("refused", `The table ${file} is a symbolic link, which is not followed.`);
    return no("refused", `The table ${file} cannot be read (${code ?? "no reason given"}).`);
  }
  try {
    const stats = await handle.stat();
    const because = unfit(file, stats) ?? (await unfitFolder(folder));
    if (because !== null) return no("refused", `The table is not touched: ${because}.`);
    return yes({ text: (await handle.readFile()).toString("latin1"), stats });
  } catch (thrown) {
    return no("refused", `The table ${file} cannot be read: ${reasonOf(thrown)}.`);
  } finally {
    await handle.close();
  }
}

const secondOf = (millis: number): number => Math.floor(millis / 1_000);

/**
 * cron reads a table anew when its time of change has moved, in whole seconds: two changes within one second, with
 * cron's look between them, must not look like one.
 */
const laterThan = (before: number, now: number): number => Math.max(now / 1_000, secondOf(before) + 1);

/** Puts `text` where `before` was read; answers false, and writes nothing, where another table stands there by now. */
export async function writeFileTable(
  { file, folder }: FilePlace,
  { text, before }: { readonly text: string; readonly before: ReadFile },
): Promise<Answer<boolean>> {
  // cron reads no name with a dot in it.
  const begins = `.${basename(file)}.rollcall-`;
  const temporary = join(folder, `${begins}${randomBytes(6).toString("hex")}`);
  try {
    // Left by a writer that was killed: whoever holds the lock writes alone.
    for (const name of await readdir(folder)) if (name.startsWith(begins)) await unlink(join(folder, name));
    const folderBefore = (await stat(folder)).mtimeMs;
    const handle = await open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
    try {
      await handle.writeFile(Buffer.from(text, "latin1"));
      await handle.chown(Number(before.stats.uid), Number(before.stats.gid));
      await handle.chmod(Number(before.stats.mode) & 0o7777);
      const moved = laterThan(Number(before.stats.mtimeMs), (await handle.stat()).mtimeMs);
      await handle.utimes(moved, moved);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const now = await readFileTable({ kind: "file", file, folder });
    if (!now.ok) return now;
    if (now.value.text !== before.text || now.value.stats.ino !== before.stats.ino) return yes(false);
    await rename(temporary, file);
    const folderAfter = (await stat(folder)).mtimeMs;
    if (secondOf(folderAfter) <= secondOf(folderBefore)) {
      const moved = laterThan(folderBefore, folderAfter);
      await utimes(folder, moved, moved);
    }
    const opened = await open(folder, O_RDONLY | O_DIRECTORY);
    await opened.sync().finally(() => opened.close());
    return yes(true);
  } catch (thrown) {
    return no("refused", `The table ${file} cannot be written: ${reasonOf(thrown)}.`);
  } finally {
    await unlink(temporary).catch(() => {});
  }
}
