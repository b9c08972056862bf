/** What makes a job known to Rollcall, ready to be pasted: start, end, exit status, and an id that ties them together. */
import type { WireSpec } from "#components/api/shapes.ts";

export interface SnippetOf {
  readonly slug: string;
  readonly pingUrl: string;
  readonly spec: WireSpec;
  readonly timezone: string;
}

export const SNIPPETS = [
  { id: "crontab", label: "crontab" },
  { id: "bash", label: "Bash" },
  { id: "curl", label: "curl" },
  { id: "python", label: "Python" },
  { id: "node", label: "Node" },
  { id: "powershell", label: "PowerShell" },
  { id: "github", label: "GitHub Actions" },
  { id: "kubernetes", label: "Kubernetes" },
] as const;
export type SnippetId = (typeof SNIPPETS)[number]["id"];

export interface Snippet {
  readonly text: string;
  /** Where it goes, and what to put for `your-job`. */
  readonly note: string;
}

const CURL = "curl -fsS -m 10 --retry 5 -o /dev/null";
/** Without uuidgen, as in small containers, the kernel has one. */
const UUID = "$(uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid)";

/** Numbers, steps and lists, and names in the last two: what every crontab reads. */
const FIVE_FIELDS = /^(?:[\d*/,-]+ ){3}(?:[\d*/,-]|[A-Za-z]{3})+ (?:[\d*/,-]|[A-Za-z]{3})+$/;
/** Counts weekdays otherwise than a crontab does. */
const otherWeekdays = ({ dialect, expression }: { readonly dialect: string; readonly expression: string }): boolean =>
  dialect === "cloudflare" && /\d[^ ]*$/.test(expression);

/** Five fields that every crontab reads alike; else every five minutes, to be changed. */
export function fiveFields(spec: WireSpec): { readonly expression: string; readonly exact: boolean } {
  if (spec.kind === "cron") {
    const expression = spec.expression.trim().replace(/\s+/g, " ");
    if (FIVE_FIELDS.test(expression) && !otherWeekdays(spec)) return { expression, exact: true };
  }
  if (spec.kind === "interval" && spec.everySeconds % 60 === 0 && 3_600 % spec.everySeconds === 0) {
    const minutes = spec.everySeconds / 60;
    return { expression: minutes === 1 ? "* * * * *" : minutes === 60 ? "0 * * * *" : `*/${minutes} * * * *`, exact: true }; // biome-ignore format: one thing
  }
  return { expression: "*/5 * * * *", exact: false };
}

const when = ({ spec, timezone }: SnippetOf): string => {
  const { exact } = fiveFields(spec);
  return exact
    ? `Its times are read in the zone of the machine: the schedule says ${timezone}.`
    : "The five fields are only an example: write when it is to run.";
};

const crontab = (of: SnippetOf): Snippet => ({
  text: `${fiveFields(of.spec).expression} r=$(cat /proc/sys/kernel/random/uuid); ${CURL} "${of.pingUrl}/start?rid=$r"; your-job; ${CURL} "${of.pingUrl}/$??rid=$r"`,
  note: `One line of crontab -e, with your command for your-job. ${when(of)}`,
});

const bash = ({ pingUrl }: SnippetOf): Snippet => ({
  text: `#!/usr/bin/env bash
set -euo pipefail

rid=${UUID}
# Not to reach Rollcall stops no job.
tell() { ${CURL} "${pingUrl}/$1?rid=$rid" || true; }
# Whatever ends the script, its exit status is told.
trap 'tell "$?"' EXIT
tell start

your-job`,
  note: "At the head of the script that is the job; what it does comes in place of your-job.",
});

const curl = ({ pingUrl }: SnippetOf): Snippet => ({
  text: `rid=${UUID}
${CURL} "${pingUrl}/start?rid=$rid"
output=$(your-job 2>&1); status=$?
# What it wrote is kept as the log of the run: up to 100 kB of its end.
printf '%s' "$output" | tail -c 100000 | ${CURL} --data-binary @- "${pingUrl}/$status?rid=$rid"`,
  note: "For any shell, with your command for your-job.",
});

const python = ({ pingUrl }: SnippetOf): Snippet => ({
  text: `import subprocess
import sys
import urllib.request
import uuid

PING = "${pingUrl}"
RID = uuid.uuid4()


def tell(what, body=b""):
    try:
        urllib.request.urlopen(f"{PING}/{what}?rid={RID}", data=body, timeout=10).close()
    except OSError as error:
        print(f"Rollcall was not told: {error}", file=sys.stderr)


tell("start")
job = subprocess.run(["your-job"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
sys.stdout.buffer.write(job.stdout)
# A signal ends it with a negative number; what it wrote is kept as the log of the run.
status = job.returncode if job.returncode >= 0 else 128 - job.returncode
tell(status, job.stdout[-100_000:])
sys.exit(status)`,
  note: "Python 3, nothing to install. The command and its arguments come in place of “your-job”.",
});

const node = ({ pingUrl }: SnippetOf): Snippet => ({
  text: `import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";

const ping = "${pingUrl}";
const rid = randomUUID();
const tell = (what) =>
  fetch(\`\${ping}/\${what}?rid=\${rid}\`, { method: "POST", signal: AbortSignal.timeout(10_000) }).catch((error) =>
    console.error(\`Rollcall was not told: \${error.message}\`),
  );

await tell("start");
const job = spawn("your-job", { stdio: "inherit", shell: true });
const status = await new Promise((resolve) => job.once("exit", (code) => resolve(code ?? 128)));
await tell(status);
process.exitCode = status;`,
  note: "Node 18 or later, as a file that ends in .mjs; nothing to install.",
});

const powershell = ({ pingUrl }: SnippetOf): Snippet => ({
  text: `$ping = "${pingUrl}"
$rid = [guid]::NewGuid()
function Tell($what) {
  try { Invoke-RestMethod -Method Post -TimeoutSec 10 -Uri "$ping/$($what)?rid=$rid" | Out-Null }
  catch { Write-Warning "Rollcall was not told: $_" }
}

Tell "start"
your-job
$status = $LASTEXITCODE
Tell $status
exit $status`,
  note: "PowerShell 5 or later; your-job is a program, whose exit code is told.",
});

const github = (of: SnippetOf): Snippet => ({
  text: `name: ${of.slug}
on:
  schedule:
    - cron: "${fiveFields(of.spec).expression}"
env:
  PING: ${of.pingUrl}
jobs:
  ${of.slug.replace(/^(?=[^a-z])/, "job-")}:
    runs-on: ubuntu-latest
    steps:
      - name: Tell that it starts
        run: |
          echo "RID=$(cat /proc/sys/kernel/random/uuid)" >> "$GITHUB_ENV"
          . "$GITHUB_ENV"
          ${CURL} "$PING/start?rid=$RID" || true
      - name: The job
        run: your-job
      - name: Tell how it ended
        if: always()
        env:
          ENDED: \${{ job.status }}
        run: |
          end=$([ "$ENDED" = success ] && echo 0 || echo fail)
          ${CURL} "$PING/$end?rid=$RID"`,
  note: "A workflow of its own, or its steps around those of another. GitHub reads the times in UTC.",
});

const kubernetes = (of: SnippetOf): Snippet => ({
  text: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: ${of.slug.slice(0, 52).replace(/^-+|-+$/g, "") || "job"}
spec:
  schedule: "${fiveFields(of.spec).expression}"
  timeZone: "${of.timezone}"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: job
              image: your-image
              command: ["/bin/sh", "-c"]
              args:
                - |
                  rid=$(cat /proc/sys/kernel/random/uuid)
                  tell() {
                    to="${of.pingUrl}/$1?rid=$rid"
                    ${CURL} "$to" || wget -q -T 10 -O /dev/null "$to" || true
                  }
                  tell start
                  your-job
                  status=$?
                  tell $status
                  exit $status`,
  note: "The image needs sh, and curl or wget. The address has to be reached from inside the cluster.",
});

const MAKERS: Readonly<Record<SnippetId, (of: SnippetOf) => Snippet>> = {
  ...{ crontab, bash, curl, python, node, powershell, github, kubernetes },
};

export const snippetOf = (id: SnippetId, of: SnippetOf): Snippet => MAKERS[id](of);
