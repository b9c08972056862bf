import { expect, it } from "vitest";
import { parseRecent, withRecent } from "./recent.ts";

const went = (n: number) => ({ title: `Page ${n}`, href: `/page/${n}` });

it("keeps the last five places, each once, the newest first", () => {
  let kept = [1, 2, 3, 4, 5, 6].reduce((all, n) => withRecent(all, went(n)), [] as ReturnType<typeof parseRecent>);
  kept = withRecent(kept, went(4));
  expect(kept.map(({ href }) => href)).toEqual(["/page/4", "/page/6", "/page/5", "/page/3", "/page/2"]);
  expect(parseRecent(JSON.stringify(kept))).toEqual(kept);
});

it("takes nothing from a browser's storage but names and addresses of ours", () => {
  expect(parseRecent(null)).toEqual([]);
  expect(parseRecent("{nonsense")).toEqual([]);
  expect(parseRecent('{"a":1}')).toEqual([]);
  const evil = ["javascript:alert(1)", "https://evil.example", "//evil.example", "/\\evil.example", 7];
  expect(parseRecent(JSON.stringify(evil.map((href) => ({ title: "x", href }))))).toEqual([]);
});
