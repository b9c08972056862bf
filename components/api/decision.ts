/** What a gate decided, as far as screens read it. */
import type { Presented } from "#lib/boundary/presented.ts";

export interface Decision {
  readonly id: string;
  readonly at: string;
  readonly outcome: "admitted" | "rejected";
  readonly reason: string | null;
  readonly via: "scheduler" | "manual" | "probe" | "stranger";
  readonly diagnosis?: string | null;
  readonly route?: string;
  readonly method?: string | null;
  readonly path?: string | null;
  readonly detail?: string | null;
  readonly ambiguous?: boolean;
  readonly schedule?: string;
  /** Where it may be of any of several. */
  readonly schedules?: readonly string[];
  /** The expected time that it names. */
  readonly window?: string;
  readonly executionId?: string;
  readonly source?: string;
  readonly contractExpected?: string | null;
  readonly contractResembled?: string | null;
  /** The shape of what was presented, never a secret's value. */
  readonly presented?: Presented;
}
