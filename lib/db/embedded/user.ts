import { statSync } from "node:fs";
import { dirname } from "node:path";

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom the database runs as: `null` means as ourselves. PostgreSQL refuses to run as root
 * (`src/backend/main/main.c`, check_root; capabilities do not help), so that there it runs as nobody.
 */
export const databaseUser = (): User | null => (process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null);

/** Whether `user` can pass through every folder above `path`, going by owner and mode. */
export function canReach(path: string, user: User): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
