/** Lengths of time as people type them: `12 min`, `1h30m`, `90`. */

const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3_600,
  hour: 3_600,
  hours: 3_600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
};

/** In whole seconds; a bare number is seconds. `null` for what is no length. */
export function readLength(text: string): number | null {
  const typed = text.trim().toLowerCase();
  if (typed === "") return null;
  if (/^\d{1,9}$/.test(typed)) return Number(typed);
  if (!/^(\d{1,9}\s*[a-z]+[\s,]*)+$/.test(typed)) return null;
  let sum = 0;
  for (const [, count, unit] of typed.matchAll(/(\d{1,9})\s*([a-z]+)/g)) {
    const size = UNITS[unit ?? ""];
    if (size === undefined) return null;
    sum += Number(count) * size;
  }
  return sum;
}

/** As it is read back: `1 h 30 min`, exactly. */
export function lengthText(seconds: number): string {
  let rest = seconds;
  const parts: string[] = [];
  for (const [name, size] of [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(" ") || "0 s";
}
