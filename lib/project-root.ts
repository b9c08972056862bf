import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of Rollcall's own package.json, from the sources as from a bundle under `dist`. */
export function projectRoot(from: string = import.meta.url): string {
  let folder = dirname(fileURLToPath(from));
  while (!existsSync(join(folder, "prisma", "migrations")) || !existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder)
      throw new Error(`no package.json with prisma/migrations beside it above ${fileURLToPath(from)}`);
    folder = above;
  }
  return folder;
}
