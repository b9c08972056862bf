import { setTimeout as wait } from "node:timers/promises";
import type { Sleep } from "./sleep.ts";

/** The real one; handed to whoever may wait. */
export const sleep: Sleep = (length, signal) => wait(length, undefined, signal ? { signal } : {});
