/** The words of a spec, short enough to stand below a name. */

const pad = (text: string): string => text.padStart(2, "0");

const short = (words: string): string =>
  words
    .replace(/ ?\bdays?\b/g, " d")
    .replace(/ ?\bhours?\b/g, " h")
    .replace(/ ?\bminutes?\b/g, " min")
    .replace(/ ?\bseconds?\b/g, " s");

/** `Every 5 minutes` → `every 5 min`, `At 02:00` → `02:00 daily`; what is not known stays as it is. */
export function cadenceInShort(words: string): string {
  const text = words.replace(/, counted from .*$/, "").replace(/\.$/, "");
  const every = /^Every (?:(1) )?(day|hour|minute|second)$/.exec(text);
  if (every) return `every ${every[2]}`;
  if (/^Every \d/.test(text) && !/,/.test(text)) return `every ${short(text.slice(6))}`;
  const rolling = /^At most (.*) after the last run started$/.exec(text);
  if (rolling) return `within ${short(rolling[1] ?? "")}`;
  const past = /^At (\d{1,2}) minutes past the hour$/.exec(text);
  if (past) return `hourly at :${pad(past[1] ?? "")}`;
  const clock = /^At (\d{2}:\d{2}(?::\d{2})?)(?:, (.*))?$/.exec(text);
  if (clock) {
    if (clock[2] === undefined) return `${clock[1]} daily`;
    return `${clock[1]} ${clock[2] === "Monday through Friday" ? "weekdays" : clock[2]}`;
  }
  return text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}
