/** What people would call a job, from the command that it runs. */

/** What stands before the program that does the work. */
const WRAPPERS = new Set([
  ...["sudo", "env", "nice", "ionice", "nohup", "exec", "time", "timeout", "flock", "chronic", "setsid", "command"],
  ...["bash", "sh", "zsh", "dash", "ksh", "python", "python3", "node", "php", "ruby", "perl", "docker", "compose"],
  ...["run", "npx", "npm", "bundle", "java", "test", "[", "cd", "systemd-cat", "run-parts", "curl", "wget", "root"],
]);
const ASSIGNED = /^[A-Za-z_]\w*=/;

const base = (word: string): string => {
  const path = word.replace(/[?#].*$/, "").replace(/\/+$/, "");
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.(?:sh|bash|py|js|mjs|ts|rb|pl|php|jar)$/, "");
};

/** The first words of the last command of a row that `&&`, `;` and pipes join: the directory is changed first. */
function wordsOf(command: string): string[] {
  const [first = "", ...rest] = command
    .slice(0, 2_000)
    .replace(/\s+/g, " ")
    .split(/ ?(?:&&|\|\||[;|]) ?/);
  const working = [first, ...rest].find(
    (part) => !/^(?:cd|test|\[|set|source|\.|export|sleep)\b|^\s*$|^\[|^\./.test(part),
  );
  return (working ?? first)
    .replace(/["'`()]/g, " ")
    .split(/\s+/)
    .filter(Boolean);
}

/** `/opt/jobs/nightly-etl.sh --full >/dev/null` → `nightly-etl`; “job” where nothing in it is a name. */
export function nameOfCommand(command: string): string {
  for (const word of wordsOf(command)) {
    if (ASSIGNED.test(word) || /^[-<>\d&$]/.test(word) || WRAPPERS.has(base(word))) continue;
    const name = base(word)
      .replace(/[^\p{L}\p{N}._-]+/gu, " ")
      .trim();
    if (/\p{L}/u.test(name)) return name.slice(0, 100);
  }
  return "job";
}
