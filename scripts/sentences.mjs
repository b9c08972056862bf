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

/** One line of plain words: no markdown, one kind of dash, quote and space. */
export const plain = (text) =>
  text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*]/g, "")
    .replace(/[−–—]/g, "-")
    .replace(/[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/\s+/g, " ")
    .trim();

/** The sentences of a document, with the section that each stands in. Rows of tables are sentences of their own. */
function sentencesOf(markdown) {
  const found = [];
  let section = "";
  let paragraph = [];
  const flush = () => {
    const text = plain(paragraph.join(" "));
    paragraph = [];
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
      flush();
      const cells = line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map(plain)
        .filter(Boolean);
      const rule = /^[\s|:-]+$/.test(line);
      if (!rule && cells[1] !== undefined) found.push({ section, sentence: `${cells[0]}: ${cells[1]}` });
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

const sentences = sentencesOf(readFileSync(join(root, "docs", "domain.md"), "utf8"));
const all = titles();
const HEADS = /^(rung: question|kind: example|verdict: when|cause: evidence in the window|viewer: responder)$/;
const rules = sentences.filter(({ sentence }) => !HEADS.test(sentence));
// A title may leave out the full stop, and one title may say one half of a sentence, another the other.
const quoted = (sentence) => all.includes(sentence.replace(/[.:]$/, ""));
const unquoted = rules.filter(({ sentence }) => !quoted(sentence) && !sentence.split("; ").every(quoted));

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
