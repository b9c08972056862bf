import type { Instant } from "#lib/time/instant.ts";

/** A stretch in which a schedule is excused: a pause, a maintenance; or one window that a person excused. */
export type Excuse =
  | {
      readonly kind: "pause" | "maintenance";
      readonly from: Instant;
      /** `null`: no end yet. */
      readonly to: Instant | null;
      readonly reason?: string | null;
    }
  | { readonly kind: "person"; readonly window: Instant; readonly reason?: string | null };
