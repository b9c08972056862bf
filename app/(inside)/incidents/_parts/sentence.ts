import type { Incident } from "#components/api/shapes.ts";

/** The moment in a sentence, as `lib/incidents/sentence.ts` writes it: "since 02:05 on 12 Jan (Europe/Berlin)". */
const WHEN = / (?:since|at) \d\d:\d\d on [^(]{1,20}\([\w/+-]{1,60}\)/;

/** What happened, without why: for where that stands above already. */
export const whatOf = (rest: string): string => rest.split(". ", 1)[0] ?? rest;

/** The sentence of an incident as its subject, and what happened to it; without the moment, where that stands beside it. */
export function sentenceInTwo(incident: Pick<Incident, "sentence" | "schedule" | "route">): readonly [string, string] {
  const subject = incident.schedule ?? incident.route;
  const { sentence } = incident;
  const rest =
    subject !== undefined && sentence.startsWith(`${subject}: `) ? sentence.slice(subject.length + 2) : sentence;
  return [subject ?? "", rest.replace(WHEN, "")];
}
