import { expect, it } from "vitest";
import { sentenceOf } from "#lib/incidents/sentence.ts";
import { instant } from "#lib/time/instant.ts";
import { sentenceInTwo, whatOf } from "./sentence.ts";

it("parts the subject from what happened, without the moment", () => {
  const told = { slug: "nightly", timezone: "America/Argentina/Buenos_Aires", since: instant(0), diagnosis: null };
  const windows = [{ weight: 3, bad: true }];
  const sentence = sentenceOf({ ...told, cause: "rejected", windows });
  expect(sentenceInTwo({ sentence, schedule: "nightly" })).toEqual([
    ...["nightly", "3 runs missing. Refused at the boundary before a run began."],
  ]);
  expect(whatOf(sentenceInTwo({ sentence, schedule: "nightly" })[1])).toBe("3 runs missing");
  expect(sentenceInTwo({ sentence: "The matrix of cron-api is red.", route: "cron-api" })).toEqual([
    ...["cron-api", "The matrix of cron-api is red."],
  ]);
});
