/** What a person plans with an acceleration: how fast, for how long, and what it costs at most. Pure. */
import type { Schedule, WireSpec } from "#components/api/shapes.ts";
import { readLength } from "#components/time/length.ts";

export const LONGEST = 86_400;

/** The dialect that whoever fires the schedule reads: the temporary times are for the same reader. */
function dialectFor({ driver, spec }: Pick<Schedule, "driver" | "spec">): string {
  switch (driver.kind) {
    case "pg-cron":
    case "bullmq":
    case "kubernetes":
      return driver.kind;
    case "crontab":
      return "vixie";
    default:
      return spec.kind === "cron" && spec.dialect === "vixie" ? "vixie" : "rollcall";
  }
}

/** Whoever is called by Rollcall itself can be called at any second. */
const bySecond = ({ driver }: Pick<Schedule, "driver">): boolean =>
  driver.kind === "external" || driver.kind === "rollcall";

export interface Preset {
  readonly everySeconds: number;
  readonly words: string;
}

const PRESETS: readonly Preset[] = [
  { everySeconds: 10, words: "every 10 s" },
  { everySeconds: 60, words: "every minute" },
  { everySeconds: 300, words: "5 min" },
  { everySeconds: 900, words: "15 min" },
];

/** The gap of a spec, where it has one that is always the same. */
function gapOf(spec: WireSpec): number | null {
  if (spec.kind === "interval" || spec.kind === "rolling") return spec.everySeconds;
  if (spec.kind !== "cron") return null;
  const found = /^\*(?:\/(\d+))?(?: \*){4}$/.exec(spec.expression.trim().replace(/\s+/g, " "));
  return found ? Number(found[1] ?? 1) * 60 : null;
}

/** The presets that are surely not slower than what the schedule has. */
export function presetsFor(schedule: Pick<Schedule, "driver" | "spec">): readonly Preset[] {
  const gap = gapOf(schedule.spec) ?? Number.POSITIVE_INFINITY;
  return PRESETS.filter(
    ({ everySeconds }) => everySeconds < gap && (everySeconds >= 60 || (bySecond(schedule) && gap <= 3_600)),
  );
}

/** What is sent: a minute and its multiples as the expression that every scheduler knows. */
export function specOfPreset({ everySeconds }: Preset, schedule: Pick<Schedule, "driver" | "spec">): SpecGiven {
  if (everySeconds < 60) return { kind: "interval", everySeconds };
  const minutes = everySeconds / 60;
  const expression = minutes === 1 ? "* * * * *" : `*/${minutes} * * * *`;
  return { kind: "cron", expression, dialect: dialectFor(schedule) };
}

export type SpecGiven =
  | { readonly kind: "cron"; readonly expression: string; readonly dialect: string }
  | { readonly kind: "interval"; readonly everySeconds: number };

/** An expression, or a length such as `10 s`; `null` while nothing is typed. */
export function specOfText(text: string, schedule: Pick<Schedule, "driver" | "spec">): SpecGiven | null {
  const typed = text.trim().replace(/^every\s+/i, "");
  if (typed === "") return null;
  const everySeconds = readLength(typed);
  if (everySeconds !== null && everySeconds > 0) return { kind: "interval", everySeconds };
  return { kind: "cron", expression: typed, dialect: dialectFor(schedule) };
}

export interface Estimate {
  readonly runs: number;
  /** It was counted on from the first hundred. */
  readonly about: boolean;
}

/** How many runs these times are within a length: `expectedAt` are the first of them, `asked` at most. */
export function estimate(
  expectedAt: readonly string[],
  { from, seconds, asked }: { readonly from: number; readonly seconds: number; readonly asked: number },
): Estimate {
  const end = from + seconds * 1_000;
  const times = expectedAt.map((at) => Date.parse(at));
  const within = times.filter((at) => at < end);
  const [first, final] = [times[0], times.at(-1)];
  if (within.length < asked || first === undefined || final === undefined || final === first) {
    return { runs: within.length, about: false };
  }
  const gap = (final - first) / (times.length - 1);
  return { runs: within.length + Math.floor((end - 1 - final) / gap), about: true };
}

/** `0.6` → `0.60`; a tenth of a cent is still told. */
export const money = (amount: number): string =>
  amount.toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: amount < 1 ? 4 : 2 });

/** A number above nothing; `null` for what is none. */
export function readCost(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() === "" || !Number.isFinite(value) || value <= 0 ? null : value;
}
