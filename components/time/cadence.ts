/** The words of a spec, short enough to stand below a name. */

const pad = (text: string): string => text.padStart(2, "0");

const short = (words: string): string =>
  words
    .replace(/ ?\bdays?\b/g, " d")
    .replace(/ ?\bhours?\b/g, " h")
    .replace(/ ?\bminutes?\b/g, " min")
    .replace(/ ?\bseconds?\b/g, " s");

const daysInShort = (words: string): string => (words === "Monday through Friday" ? "weekdays" : words);

/** `Every 5 minutes` → `every 5 min`, `At 02:00` → `02:00 daily`; what is not known stays as it is. */
export function cadenceInShort(words: string): string {
  const text = words.replace(/, counted from .*$/, "").replace(/\.$/, "");
  const every = /^Every (?:(1) )?(day|hour|minute|second)$/.exec(text);
  if (every) return `every ${every[2]}`;
  if (/^Every \d/.test(text) && !/,/.test(text)) return `every ${short(text.slice(6))}`;
  const within = /^Every (\d+ (?:hours|minutes|seconds)), between (\d\d:\d\d) and (\d\d:\d\d)(?:, (.*))?$/.exec(text);
  if (within) {
    const days = within[4] === undefined ? "" : `, ${daysInShort(within[4])}`;
    return `every ${short(within[1] ?? "")}, ${within[2]}–${within[3]}${days}`;
  }
  const rolling = /^At most (.*) after the last run started$/.exec(text);
  if (rolling) return `within ${short(rolling[1] ?? "")}`;
  const past = /^At (\d{1,2}(?:, \d{1,2})*(?:,? and \d{1,2})?) minutes past the hour(?:, every (\d+) hours)?$/.exec(
    text,
  );
  if (past) {
    const at = (past[1] ?? "").split(/\D+/).map((minute) => `:${pad(minute)}`);
    return `${past[2] === undefined ? "hourly" : `every ${past[2]} h`} at ${at.join(" ")}`;
  }
  const clock = /^At (\d{2}:\d{2}(?::\d{2})?)(?:, (.*))?$/.exec(text);
  if (clock) {
    if (clock[2] === undefined) return `${clock[1]} daily`;
    return `${clock[1]} ${daysInShort(clock[2])}`;
  }
  return text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}
