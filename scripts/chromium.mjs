// Finds a Chromium for the browser tests, or installs Debian's where we may.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const ELSEWHERE = [
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

function runs(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A program of this name in the path or at a usual place; `null`: none. */
export function findProgram(names, elsewhere = []) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/sbin", "/usr/local/bin"];
  const files = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...elsewhere];
  return files.find((file) => file !== "" && runs(file)) ?? null;
}

/** Installs a package of Debian's; answers why not, `null`: it is there. Only root may. */
export function installFromDebian(name) {
  if (process.getuid?.() !== 0) return "it can be installed by root alone";
  if (!findProgram(["apt-get"])) return "this system has no apt-get";
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (...args) => spawnSync("apt-get", args, { env, encoding: "utf8", timeout: 300_000 });
  run("-qq", "update");
  const done = run("-qq", "install", "-y", "--no-install-recommends", name);
  return done.status === 0
    ? null
    : `apt-get could not install it: ${(done.stderr || String(done.error)).trim().slice(-300)}`;
}

/** The Chromium to use: `CHROMIUM`, else one found at a usual place; `null`: none. */
function findChromium() {
  const told = process.env.CHROMIUM;
  return told ? told : findProgram(NAMES, ELSEWHERE);
}

/** Answers `{path}`, or `{reason}` why there is none. */
export function needChromium() {
  const found = findChromium();
  if (found) return { path: found };
  const reason = installFromDebian("chromium");
  const path = reason === null ? findChromium() : null;
  return path ? { path } : { reason: `there is no Chromium here (${reason ?? "not even after installing it"})` };
}
