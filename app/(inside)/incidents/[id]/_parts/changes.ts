/** What changed shortly before an incident began: deploys that were marked, new versions, and what was done to keys, routes and secrets. */
import type { ChangeMark, DoneBefore, ScheduleVersion } from "#components/api/shapes.ts";
import { labelOf } from "#components/boundary/contract-words.ts";
import { versionDifferences } from "#components/forms/schedule-diff.ts";
import { lengthInWords } from "#components/time/words.ts";

export interface ChangeShown {
  readonly id: string;
  readonly at: string;
  readonly title: string;
  readonly by: string | null;
  /** Where more of it stands; another host's where it begins with a scheme. */
  readonly href: string | null;
  /** `4 min before`. */
  readonly when: string;
  readonly isBefore: boolean;
}

type Told = Omit<ChangeShown, "when" | "isBefore">;

const MINUTE = 60_000;
const BEFORE = 8;
const AFTER = 4;

function distance(at: string, since: string): string {
  const length = Date.parse(since) - Date.parse(at);
  const size = Math.abs(length);
  const words = lengthInWords(size < MINUTE ? Math.floor(size / 1_000) * 1_000 : Math.floor(size / MINUTE) * MINUTE);
  if (size < 1_000) return "at that moment";
  return length > 0 ? `${words} before` : `${words} after`;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** `contract.nextSecret` → `next secret`, `manual.secret` → `manual secret`. */
const nameText = (name: string): string =>
  name
    .replace(/^contract\./, "")
    .replace(".", " ")
    .replace(/[A-Z]/g, (sign) => ` ${sign.toLowerCase()}`);

function changedTo(what: string, { contract, contractBefore, secretsChanged }: DoneBefore["detail"]): string {
  const secrets = listOf(secretsChanged).map(nameText).join(", ");
  const [from, to] = [textOf(contractBefore), textOf(contract)];
  // Another contract has other secrets anyhow.
  if (from !== "") return `${what} went from ${labelOf(from)} to ${labelOf(to)}`;
  return secrets === "" ? `${what} was changed` : `${what} got a new ${secrets}`;
}

const oldHolds = (seconds: unknown): string =>
  typeof seconds === "number" && seconds > 0 ? `; the old one holds for ${lengthInWords(seconds * 1_000)} more` : "";

/** What an entry of the audit log says, as a person would. */
export function doneInWords({ action, subject, detail }: Pick<DoneBefore, "action" | "subject" | "detail">): string {
  const name = textOf(detail["name"]) || "of that time";
  switch (action) {
    case "route.made":
      return `Route ${subject} was made`;
    case "route.changed":
      return changedTo(`Route ${subject}`, detail);
    case "route.key_rotated":
      return `The gate of ${subject} got a new key; the old one is void`;
    case "route.removed":
      return `Route ${subject} was removed`;
    case "connection.made":
      return `Connection ${subject} was made`;
    case "connection.changed":
      return changedTo(`Connection ${subject}`, detail);
    case "connection.removed":
      return `Connection ${subject} was removed`;
    case "ping_key.rotated":
      return `The ping key was replaced${oldHolds(detail["graceSeconds"])}`;
    case "key.revoked":
      return `API key ${name} was revoked`;
    case "secret.rotated":
      return "Rollcall's own secret was replaced";
    case "schedule.rotated":
      return `The ping address of ${subject} was replaced${oldHolds(detail["graceSeconds"])}`;
    case "schedule.paused":
      return `${subject} was paused`;
    case "schedule.resumed":
      return `${subject} was resumed`;
    case "schedule.revived":
      return `${subject} was revived from the archive`;
    case "acceleration.requested":
      return `${subject} was accelerated`;
    case "acceleration.cancelled":
      return `The acceleration of ${subject} was ended`;
    default:
      return `${subject}: ${action.replaceAll(/[._]/g, " ")}`;
  }
}

function hrefOf({ action, subject }: DoneBefore): string | null {
  const [kind] = action.split(".");
  if (kind === "route" && action !== "route.removed") return `/boundary/${encodeURIComponent(subject)}`;
  return kind === "connection" ? "/settings/connections" : null;
}

/** `Grace 10 min → 5 min`, of the version before it where that is known. */
function changedFields(version: ScheduleVersion, before: ScheduleVersion | undefined): string {
  const all = before ? versionDifferences(before, version) : [];
  const told = all
    .filter(({ label }) => label !== "Description")
    .map(({ label, was, is }) => `${label} ${was} → ${is}`);
  return told.length === 0 ? "" : `: ${told.slice(0, 3).join(", ")}${told.length > 3 ? " and more" : ""}`;
}

function toldOfVersions(slug: string, versions: readonly ScheduleVersion[]): readonly Told[] {
  return versions
    .filter(({ version }) => version > 1)
    .map((version) => {
      const before = versions.find((one) => one.version === version.version - 1);
      const reason = version.reason ? ` (“${version.reason}”)` : "";
      return {
        ...{ id: `version ${version.version}`, at: version.effectiveFrom, by: version.actor },
        title: `${slug} became version ${version.version}${changedFields(version, before)}${reason}`,
        href: `/schedules/${slug}?tab=versions`,
      };
    });
}

/** Oldest first, of the day before `since` and up to `until`; what speaks of other schedules only is left out. */
export function changesBefore({
  since,
  until = since,
  slug,
  marks,
  versions,
  done,
}: {
  readonly since: string;
  /** When it was opened: what was changed between the two may as well be why. */
  readonly until?: string;
  readonly slug: string | null;
  readonly marks: readonly ChangeMark[];
  readonly versions: readonly ScheduleVersion[];
  readonly done: readonly DoneBefore[];
}): readonly ChangeShown[] {
  const own = marks.filter(({ schedules }) => !schedules || (slug !== null && schedules.includes(slug)));
  const told: readonly Told[] = [
    ...own.map(({ id, at, title, url }) => ({ id, at, title, by: null, href: url ?? null })),
    ...toldOfVersions(slug ?? "Its schedule", versions),
    ...done.map((one) => ({ id: one.id, at: one.at, title: doneInWords(one), by: one.by, href: hrefOf(one) })),
  ];
  const [from, began] = [Date.parse(since) - 24 * 60 * MINUTE, Date.parse(since)];
  const to = Math.max(began, Date.parse(until));
  const shown = told
    .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map((one) => ({ ...one, when: distance(one.at, since), isBefore: Date.parse(one.at) <= began }));
  return [
    ...shown.filter(({ isBefore }) => isBefore).slice(-BEFORE),
    ...shown.filter(({ isBefore }) => !isBefore).slice(0, AFTER),
  ];
}
