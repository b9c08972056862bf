import type { Incident } from "#components/api/shapes.ts";

/** The sentence of an incident as its subject, and what happened to it. */
export function sentenceInTwo(incident: Pick<Incident, "sentence" | "schedule" | "route">): readonly [string, string] {
  const subject = incident.schedule ?? incident.route;
  const { sentence } = incident;
  if (subject !== undefined && sentence.startsWith(`${subject}: `))
    return [subject, sentence.slice(subject.length + 2)];
  return [subject ?? "", sentence];
}
