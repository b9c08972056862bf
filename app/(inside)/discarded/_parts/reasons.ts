import type { DISCARDED_REASONS } from "#lib/evidence/discarded.ts";

/** Why a check-in came to nothing, in words. */
export const REASON_WORDS: Readonly<Record<(typeof DISCARDED_REASONS)[number], string>> = {
  unknown_slug: "No schedule has this name",
  unknown_id: "No schedule has this id",
  unknown_key: "Not our ping key",
  archived: "Its schedule is archived",
  wrong_environment: "Another environment",
  malformed: "Not the address of a check-in",
  rate_limited: "Too many at once",
  not_storable: "The database refused it",
};

export const reasonInWords = (reason: string): string =>
  Object.entries(REASON_WORDS).find(([code]) => code === reason)?.[1] ?? reason.replaceAll("_", " ");
