import { v7 } from "uuid";
import type { Instant } from "#lib/time/instant.ts";

/** A UUID, version 7: ids made later sort later, also in an index. */
export const newId = (now: Instant): string => v7({ msecs: now });
