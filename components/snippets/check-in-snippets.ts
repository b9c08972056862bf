/** Lines that make a job known, in the words of whatever runs it: each with the address at which it checks in. */

export const SNIPPETS = ["crontab", "curl", "Python", "Node", "PowerShell", "GitHub Actions", "Kubernetes"] as const;
export type SnippetName = (typeof SNIPPETS)[number];

export interface SnippetOf {
  /** Where it checks in: `https://…/ping/<uuid>`. */
  readonly pingUrl: string;
  /** Five fields or a nickname; `null` where its spec is no such expression. */
  readonly expression: string | null;
  /** A name for the job that stands in the lines, such as a file may have. */
  readonly job: string;
}

const CURL = "curl -fsS -m 10 --retry 5 -o /dev/null";

/** Several parts, of which Rollcall's own are `added`: what one has already is told from what is to be added. */
export interface SnippetPart {
  readonly text: string;
  readonly added: boolean;
}

const had = (text: string): SnippetPart => ({ text, added: false });
const add = (text: string): SnippetPart => ({ text, added: true });

export function snippetOf(name: SnippetName, { pingUrl, expression, job }: SnippetOf): readonly SnippetPart[] {
  switch (name) {
    case "crontab":
      return [had(`${expression ?? "0 * * * *"}  ${job}.sh`), add(`; ${CURL} ${pingUrl}/$?`)];
    case "curl":
      return [add(`${CURL} ${pingUrl}/start`), had(`\n./${job}.sh`), add(`\n${CURL} ${pingUrl}/$?`)];
    case "Python":
      return [
        add("import urllib.request\n\n"),
        had("run_the_job()\n"),
        add(`urllib.request.urlopen("${pingUrl}", timeout=10)`),
      ];
    case "Node":
      return [had("await runTheJob();\n"), add(`await fetch("${pingUrl}", { signal: AbortSignal.timeout(10_000) });`)];
    case "PowerShell":
      return [had(`.\\${job}.ps1\n`), add(`Invoke-RestMethod -Uri "${pingUrl}" -TimeoutSec 10`)];
    case "GitHub Actions":
      return [
        had("    steps:\n"),
        had(`      - run: ./${job}.sh\n`),
        add("      - if: always()\n"),
        add(`        run: ${CURL} ${pingUrl}/\${{ job.status == 'success' && '0' || 'fail' }}`),
      ];
    case "Kubernetes":
      return [
        had("          containers:\n"),
        had(`            - name: ${job}\n`),
        had('              command: ["/bin/sh", "-c"]\n'),
        had(`              args: ["./${job}.sh`),
        add(`; ${CURL} ${pingUrl}/$?`),
        had('"]'),
      ];
  }
}

export const snippetText = (parts: readonly SnippetPart[]): string => parts.map(({ text }) => text).join("");
