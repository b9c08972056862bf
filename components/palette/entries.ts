/** What the palette offers besides what the server finds, and which of it fits the words. Pure. */
import type { Incident } from "#components/api/shapes.ts";
import type { IconName } from "#components/ui/icon.tsx";
import type { Me } from "#components/ui/me.tsx";

/** What choosing an entry does. */
export type Does =
  | { readonly kind: "go"; readonly href: string }
  | { readonly kind: "acknowledge"; readonly id: string }
  | { readonly kind: "pause"; readonly slug: string; readonly name: string; readonly seconds: number | null }
  | { readonly kind: "resume"; readonly slug: string; readonly name: string }
  | { readonly kind: "run"; readonly slug: string; readonly name: string }
  /** Puts the beginning of a sentence into the field, to be gone on with. */
  | { readonly kind: "write"; readonly text: string }
  | { readonly kind: "zone"; readonly which: "browser" | "utc" }
  | { readonly kind: "theme" | "sign_out" };

export interface Entry {
  /** Unique among all that are shown. */
  readonly id: string;
  readonly title: string;
  /** What else tells it apart, shown beside it. */
  readonly note?: string;
  /** A moment that tells it apart. */
  readonly at?: string;
  /** Words that find it though they are not shown. */
  readonly also?: string;
  readonly icon: IconName;
  /** Found only where the first word is what it does: nothing is changed by a quick Enter after a name. */
  readonly byVerb?: boolean;
  readonly does: Does;
}

interface Place {
  readonly title: string;
  readonly href: string;
  readonly icon: IconName;
  readonly also?: string;
  readonly needs?: "administer";
}

/** Every page that has no name of its own. */
export const PLACES: readonly Place[] = [
  { title: "Timeline", href: "/", icon: "timeline", also: "home lanes" },
  { title: "Incidents", href: "/incidents", icon: "incidents" },
  { title: "All incidents", href: "/incidents?state=all", icon: "incidents", also: "resolved history" },
  { title: "Schedules", href: "/schedules", icon: "schedules", also: "jobs registry" },
  { title: "Boundary", href: "/boundary", icon: "boundary", also: "routes gate decisions matrix" },
  { title: "Accelerations", href: "/accelerations", icon: "accelerations", also: "faster temporary revert" },
  { title: "New protected route", href: "/boundary/new", icon: "boundary", also: "gate make", needs: "administer" },
  { title: "Discarded check-ins", href: "/discarded", icon: "lost", also: "lost unknown" },
  {
    title: "People",
    href: "/settings/people",
    icon: "settings",
    also: "settings users roles invite",
    needs: "administer",
  },
  { title: "API keys", href: "/settings/keys", icon: "settings", also: "settings tokens", needs: "administer" },
  { title: "Ping key", href: "/settings/ping", icon: "settings", also: "settings", needs: "administer" },
  {
    title: "Webhooks",
    href: "/settings/webhooks",
    icon: "settings",
    also: "settings notifications",
    needs: "administer",
  },
  {
    title: "Connections",
    href: "/settings/connections",
    icon: "settings",
    also: "settings drivers pg-cron bullmq crontab kubernetes sql",
    needs: "administer",
  },
  { title: "Audit log", href: "/settings/audit", icon: "settings", also: "settings history", needs: "administer" },
  { title: "Your account", href: "/account", icon: "settings", also: "password sessions profile" },
];

export interface Known {
  readonly me: Pick<Me, "mayRespond" | "mayOperate" | "mayAdminister">;
  /** Nobody has acknowledged them yet, newest first. */
  readonly open: readonly Pick<Incident, "id" | "number" | "sentence" | "state">[];
  readonly zone: { readonly utc: boolean; readonly browserZone: string };
}

export const pages = ({ me }: Known): readonly Entry[] =>
  PLACES.filter(({ needs }) => needs === undefined || me.mayAdminister).map(({ title, href, icon, also }) => ({
    ...{ id: `page ${href}`, title, icon, does: { kind: "go", href } },
    ...(also === undefined ? {} : { also }),
  }));

/** Acts that are offered at all times; what the role forbids is not among them. */
export function actions({ me, open, zone }: Known): readonly Entry[] {
  const acknowledging = me.mayRespond ? open.filter(({ state }) => state === "open").slice(0, 3) : [];
  const other = zone.utc ? "browser" : "utc";
  return [
    ...acknowledging.map(
      ({ id, number, sentence }): Entry => ({
        ...{ id: `acknowledge ${id}`, title: `Acknowledge incident ${number}`, note: sentence, also: "ack take" },
        ...{ icon: "check", byVerb: true, does: { kind: "acknowledge", id } },
      }),
    ),
    ...(me.mayOperate ? VERBS.map(beginning) : []),
    ...(me.mayAdminister
      ? [
          {
            ...{ id: "new", title: "New schedule", also: "add create watch", icon: "plus" },
            does: { kind: "go", href: "/new" },
          } satisfies Entry,
        ]
      : []),
    { id: "theme", title: "Switch between light and dark", also: "theme mode", icon: "moon", does: { kind: "theme" } },
    {
      ...{ id: "zone", title: `Show times in ${zone.utc ? zone.browserZone : "UTC"}`, also: "time zone" },
      ...{ icon: "schedules", does: { kind: "zone", which: other } },
    },
    { id: "out", title: "Sign out", also: "log out leave", icon: "out", does: { kind: "sign_out" } },
  ];
}

const VERBS = ["pause", "resume", "accelerate", "run"] as const;
export type Verb = (typeof VERBS)[number];

const VERB_TITLES: Readonly<Record<Verb, string>> = {
  ...{ pause: "Pause a schedule…", resume: "Resume a schedule…" },
  ...{ accelerate: "Accelerate a schedule…", run: "Run a schedule now…" },
};

const beginning = (verb: Verb): Entry => ({
  ...{ id: `begin ${verb}`, title: VERB_TITLES[verb], note: `${verb} and its name`, byVerb: true },
  ...{ icon: verb === "accelerate" ? "accelerations" : "schedules", does: { kind: "write", text: `${verb} ` } },
});

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** Whether every word that was typed begins one of the entry's. */
export function fits(
  { title, also = "", byVerb = false }: Pick<Entry, "title" | "also" | "byVerb">,
  q: string,
): boolean {
  const [shown, hidden, typed] = [wordsOf(title), wordsOf(also), wordsOf(q)];
  const [first = ""] = typed;
  if (byVerb && ![...shown.slice(0, 1), ...hidden].some((word) => word.startsWith(first))) return false;
  return typed.every((word) => [...shown, ...hidden].some((one) => one.startsWith(word)));
}

/** `pause nightly`: what to do, and to what. */
export function readVerb(q: string): { readonly verb: Verb | null; readonly rest: string } {
  const [, said, rest] = /^\s*(\w+)\s+(\S.*)$/.exec(q) ?? [];
  const verb = VERBS.find((one) => one === said?.toLowerCase()) ?? null;
  return verb === null || rest === undefined ? { verb: null, rest: q.trim() } : { verb, rest: rest.trim() };
}
