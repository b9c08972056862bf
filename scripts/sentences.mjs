// npm run sentences: the sentences of docs/domain.md that no test's title quotes. A report, not a check.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.mjs";

const LEFT_OUT = new Set(["node_modules", ".next", "dist", "data", "generated", ".git"]);

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/** One line of words as it is compared: no markdown, one kind of dash, quote and space. */
export const plain = (text) => words(text).replace(/[`*]/g, "").replace(/\s+/g, " ").trim();

/** The same as it is read: of markdown only links and emphasis go, and what stands between backticks stays. */
const words = (text) =>
  text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(?<!\w)_(\w[^_`]*\w)_(?!\w)/g, "$1")
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replace(/\*\*?/g, "")))
    .join("")
    .replace(/[−–—]/g, "-")
    .replace(/[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/\s+/g, " ")
    .trim();

const CHECK = "✓";

/**
 * What the rows of a table say, each cell of the first: `late: bad`. A row of check marks says for which columns it holds:
 * `see everything but secrets: viewer, responder`. The first row names the columns, and says nothing.
 */
function rowsOf(lines) {
  const [heads = [], ...rows] = lines
    .filter((line) => !/^[\s|:-]+$/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map(words),
    );
  return rows.flatMap(([first, ...cells]) => {
    if (cells.every((cell) => cell === "" || cell === CHECK)) {
      return `${first}: ${heads
        .slice(1)
        .filter((_, i) => cells[i] === CHECK)
        .join(", ")}`;
    }
    return cells.filter(Boolean).map((cell) => `${first}: ${cell}`);
  });
}

/** The sentences of a document, with the section that each stands in. Cells of tables are sentences of their own. */
export function sentencesOf(markdown) {
  const found = [];
  let section = "";
  let paragraph = [];
  let table = [];
  const flush = () => {
    const text = words(paragraph.join(" "));
    found.push(...rowsOf(table).map((sentence) => ({ section, sentence })));
    [paragraph, table] = [[], []];
    if (text === "" || section === "") return;
    // The document knows no `i.e.` and the like.
    for (const sentence of text.split(/(?<=[.?!]\)?)\s+/)) found.push({ section, sentence: sentence.trim() });
  };
  for (const line of markdown.split("\n")) {
    const heading = /^##+ (.*)$/.exec(line);
    if (heading) {
      flush();
      section = heading[1];
    } else if (/^\s*\|/.test(line)) {
      if (table.length === 0) flush();
      table.push(line);
    } else if (/^\s*$/.test(line)) flush();
    else {
      if (/^\s*(\d+\.|-) /.test(line)) flush();
      paragraph.push(line.replace(/^\s*(\d+\.|-) /, ""));
    }
  }
  flush();
  return found;
}

/** The titles of all tests, with what is quoted in a comment right above a table of cases taken too. */
function titles() {
  const files = filesUnder(root).filter((path) => /\.(test|spec)\.tsx?$/.test(path));
  return files
    .map((path) => {
      const text = readFileSync(path, "utf8");
      // Strings that were broken over lines with `+` are one.
      const joined = text.replace(/(["'`])\s*\+\s*\n?\s*(["'`])/g, "").replace(/\\(["'`])/g, "$1");
      return plain(joined);
    })
    .join("\n");
}

const rules = sentencesOf(readFileSync(join(root, "docs", "domain.md"), "utf8"));
const all = titles();
// A title may leave out the full stop, and one title may say one half of a sentence, another the other.
const quoted = (sentence) => all.includes(sentence.replace(/[.:]$/, ""));
const unquoted = rules.filter(({ sentence }) => {
  const compared = plain(sentence);
  return !quoted(compared) && !compared.split("; ").every(quoted);
});

if (!process.argv.includes("--count")) {
  let said = "";
  for (const { section, sentence } of unquoted) {
    if (section !== said) console.log(`\n${section}`);
    said = section;
    console.log(`  ${sentence}`);
  }
  console.log("");
}
console.log(`${rules.length - unquoted.length} of ${rules.length} sentences of docs/domain.md are quoted by a test`);
