/** Values that programs have choked on. No address among them leads off this machine. */
import type { Chance } from "../report.ts";

/** U+0000, a lone surrogate, an override of the writing direction. */
const [NUL, SURROGATE, OVERRIDE] = ["\u0000", "\ud800", "\u202e"];

export const TEXTS: readonly string[] = [
  "",
  " ",
  "a b",
  "-",
  ".",
  "..",
  "../../etc/passwd",
  "%00",
  "%zz",
  "%",
  NUL,
  `nul${NUL}in the middle`,
  `${SURROGATE}alone`,
  `${OVERRIDE}gpj.exe`,
  "' OR 1=1 --",
  "'; DROP TABLE schedule; --",
  '"; SELECT pg_sleep(10); --',
  "$1",
  "{}",
  "{{7*7}}",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what is sent
  "${7*7}",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "javascript:alert(1)",
  "null",
  "undefined",
  "NaN",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "0",
  "-1",
  "1e400",
  "100000000000000000000",
  "0x7fffffff",
  "x\r\nSet-Cookie: a=b",
  "x\ny",
  "\t",
  "😀".repeat(40),
  "ﷺ".repeat(30),
  "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́O͎ͩͯ̋̂",
  "a".repeat(101),
  "a".repeat(10_000),
  "2026-13-45T99:99:99Z",
  "0000-00-00",
  "9999999-12-31T00:00:00Z",
  "-000001-01-01T00:00:00Z",
  "2027-01-12T00:00:00",
  "2027-01-12T00:00:00+99:99",
  "not-a-uuid",
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "01910000-0000-7000-8000-00000000000g",
  "Mars/Olympus_Mons",
  "Europe/../Berlin",
  "eyJhbGciOiJub25lIn0.e30.",
  "WyIyMDI3LTAxLTEyIiwiYSJd",
];

export const SPECS: readonly unknown[] = [
  { kind: "cron", expression: "* * 31 2 *" },
  { kind: "cron", expression: "61 * * * *" },
  { kind: "cron", expression: "" },
  { kind: "cron", expression: "* * * * * * *" },
  { kind: "cron", expression: "*/0 * * * *" },
  { kind: "cron", expression: "5-1 * * * *" },
  { kind: "cron", expression: "1,".repeat(500) },
  { kind: "cron", expression: "* * * * *", dialect: "nowhere" },
  { kind: "cron", expression: "0 0 L-400 * *" },
  { kind: "cron", expression: "0 0 * * MON#9" },
  { kind: "cron", expression: "@reboot" },
  { kind: "cron", expression: "rate(0 minutes)", dialect: "eventbridge" },
  { kind: "cron", expression: "every 5 minutes", dialect: "cloud-scheduler" },
  { kind: "cron", expression: "Mon..Fri *-*-* 99:00", dialect: "systemd" },
  { kind: "interval", everySeconds: 0 },
  { kind: "interval", everySeconds: -5 },
  { kind: "interval", everySeconds: 1e20 },
  { kind: "interval", everySeconds: 0.5 },
  { kind: "interval", everySeconds: 60, anchor: "9999-12-31T23:59:59Z" },
  { kind: "interval", everySeconds: 1, anchor: "0001-01-01T00:00:00Z" },
  { kind: "rolling", everySeconds: "6 h" },
  { kind: "rolling" },
  { kind: "at", at: "yesterday" },
  { kind: "at", at: "1970-01-01T00:00:00Z" },
  { kind: "at", at: "9999-12-31T23:59:59.999Z" },
  { kind: "never" },
  {},
];

const NUMBERS: readonly number[] = [-1, 0, -0, 0.1, 1e20, -1e20, 1e308, 2 ** 31, 2 ** 53, 256, 65_536, 1e-9];

const deep = (depth: number): unknown => {
  let value: unknown = "bottom";
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { deeper: value };
  return value;
};

export function hostileValue(chance: Chance): unknown {
  switch (chance.whole(0, 9)) {
    case 0:
      return chance.pick(NUMBERS);
    case 1:
      return chance.pick([null, true, false]);
    case 2:
      return chance.pick([
        [],
        {},
        [[]],
        [null],
        { kind: null },
        { $ne: 1 },
        Object.fromEntries([["__proto__", { a: 1 }]]),
      ]);
    case 3:
      return Array.from({ length: chance.whole(1, 60) }, () => chance.pick(TEXTS));
    case 4:
      return chance.next() < 0.2 ? deep(chance.whole(10, 3_000)) : chance.pick(SPECS);
    default:
      return chance.pick(TEXTS);
  }
}

/** What is no JSON, or not the JSON that it seems. */
export function brokenBody(chance: Chance): Buffer {
  const text = chance.pick([
    "{",
    "}",
    "",
    "null",
    "[]",
    '"text"',
    "42",
    '{"name": undefined}',
    "{'name': 'a'}",
    '{"a":1}{"b":2}',
    '{"a":1,"a":2}',
    '{"name":"\\ud800"}',
    '{"name":"\\u0000"}',
    "[".repeat(5_000),
    `{"a":${"[".repeat(2_000)}${"]".repeat(2_000)}}`,
    `${" ".repeat(2_000)}{}`,
    "\ufeff{}",
    '{"__proto__":{"admin":true}}',
    "name=a&spec=b",
  ]);
  const bytes = Buffer.from(text, "utf8");
  // What is not UTF-8.
  return chance.next() < 0.3 ? Buffer.concat([bytes, Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])]) : bytes;
}
