"use client";

/** How often what is on a screen is asked for again while nothing tells that it went stale, in ms. */
const WITHOUT_STREAM = 2_000;

/**
 * The `refetchInterval` of every query whose answer changes by itself, in ms. Give the query a key of
 * `lib/views/keys.ts`: then it is asked again as soon as it goes stale, and the interval is only the net below.
 */
export function useRefetchInterval(): number {
  return WITHOUT_STREAM;
}
