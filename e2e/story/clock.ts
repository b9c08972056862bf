import type { Instant } from "#lib/time/instant.ts";

export interface StoryClock {
  at: Instant;
  now(): Instant;
}

export interface StoryEvent {
  readonly at: number;
  readonly happen: () => Promise<void>;
}
