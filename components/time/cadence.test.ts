import { expect, it } from "vitest";
import { cadenceInShort } from "./cadence.ts";

it.each([
  ["Every 5 minutes", "every 5 min"],
  ["Every 1 minute 30 seconds, counted from 2026-11-23 06:43:48 UTC", "every 1 min 30 s"],
  ["Every 1 minute, counted from 2026-11-23 06:43 UTC", "every minute"],
  ["Every hour", "every hour"],
  ["At most 6 hours after the last run started", "within 6 h"],
  ["At 5 minutes past the hour", "hourly at :05"],
  ["At 10 and 40 minutes past the hour", "hourly at :10 :40"],
  ["At 0, 20, and 40 minutes past the hour", "hourly at :00 :20 :40"],
  ["At 30 minutes past the hour, every 3 hours", "every 3 h at :30"],
  ["Every 15 minutes, between 09:00 and 17:59, Monday through Friday", "every 15 min, 09:00–17:59, weekdays"],
  ["At 02:00", "02:00 daily"],
  ["At 06:00, Monday through Friday", "06:00 weekdays"],
  ["At 06:00, on day 1 of the month", "06:00 on day 1 of the month"],
  ["Once, at 2027-01-31 06:00 UTC", "once, at 2027-01-31 06:00 UTC"],
])("says %s in short", (words, inShort) => {
  expect(cadenceInShort(words)).toBe(inShort);
});
