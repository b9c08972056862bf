import type { ReactNode } from "react";
import type { About } from "#components/api/settings-shapes.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { countInWords, sizeInWords } from "#components/ui/amount.ts";
import { Section, Tag } from "#components/ui/page.tsx";

const ROLE: Readonly<Record<string, string>> = {
  all: "pages and engine",
  web: "pages",
  engine: "engine",
};

const DOCUMENTS = [
  { href: "/api/v1/openapi.json", words: "This installation's API, as OpenAPI 3.1" },
  { href: "/healthz", words: "Whether it is well, for a load balancer" },
  { href: "/metrics", words: "Its numbers, for Prometheus" },
];

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[150px_1fr] gap-x-4 px-[14px] py-[9px] max-sm:grid-cols-1">
      <dt className="text-ink-2">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

const Where = ({ children }: { readonly children: string }) => <code className="font-mono text-s">{children}</code>;

/** What this installation is. */
export function AboutFacts({ about }: { readonly about: About }) {
  const { database, lastBackup } = about;
  const most = Math.max(1, ...about.tables.map(({ bytes }) => bytes));
  return (
    <div className="max-w-[860px]">
      <dl className="divide-y divide-line rounded-[8px] border border-line bg-surface">
        <Fact name="Rollcall">
          {about.version}, started <RelativeTime at={about.upSince} />
        </Fact>
        <Fact name="Address">
          <Where>{about.publicUrl}</Where>
        </Fact>
        <Fact name="Node.js">{about.node}</Fact>
        <Fact name="PostgreSQL">
          {database.version}, {database.kind === "embedded" ? "the one that Rollcall brings along" : "one of yours"},{" "}
          {sizeInWords(database.bytes)}
          {database.place !== null && database.kind === "yours" ? (
            <>
              , at <Where>{database.place}</Where>
            </>
          ) : null}
        </Fact>
        {about.dataDir === null ? null : (
          <Fact name="Data folder">
            <Where>{about.dataDir}</Where>
          </Fact>
        )}
        <Fact name="Watched">
          {countInWords(about.schedules)} {about.schedules === 1 ? "schedule" : "schedules"}, {countInWords(about.runs)}{" "}
          {about.runs === 1 ? "run" : "runs"} kept
        </Fact>
        <Fact name="Last backup">
          {lastBackup === null ? (
            <>
              None that lies in the data folder. <Where>npm run backup</Where> makes one while Rollcall runs.
            </>
          ) : (
            <>
              <RelativeTime at={lastBackup.at} />
              {lastBackup.file === null ? null : (
                <>
                  , <Where>{lastBackup.file}</Where>
                </>
              )}
            </>
          )}
        </Fact>
        <Fact name="Licence">{about.license}</Fact>
      </dl>
      <Section title="Processes" className="mt-6">
        <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
          {about.processes.map((process) => (
            <li key={process.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-[14px] py-[9px]">
              <Tag className={process.up ? "bg-ok-soft text-ok" : "bg-bad-soft text-bad"}>
                {process.up ? "up" : "not seen"}
              </Tag>
              <span>{ROLE[process.role] ?? process.role}</span>
              {process.spooling ? <Tag>check-ins wait on its disk</Tag> : null}
              <span className="ml-auto text-ink-2">
                started <RelativeTime at={process.startedAt} />
                {process.up ? null : (
                  <>
                    , last seen <RelativeTime at={process.seenAt} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="The largest tables" className="mt-6">
        <div className="overflow-hidden rounded-[8px] border border-line bg-surface">
          <table className="w-full border-collapse">
            <caption className="sr-only">The largest tables, with their indexes</caption>
            <thead>
              <tr className="text-s text-ink-3">
                <th scope="col" className="px-[14px] py-2 text-left font-medium">
                  Table
                </th>
                <th scope="col" className="px-3 py-2 text-right font-medium">
                  Rows, about
                </th>
                <th scope="col" className="px-[14px] py-2 text-right font-medium">
                  Size
                </th>
              </tr>
            </thead>
            <tbody>
              {about.tables.map(({ name, rows, bytes }) => (
                <tr key={name} className="border-t border-line">
                  <th scope="row" className="px-[14px] py-[7px] text-left font-normal">
                    <span className="font-mono text-s">{name}</span>
                    <span
                      aria-hidden="true"
                      className="mt-1 block h-[3px] rounded-full bg-line-strong"
                      style={{ width: `${Math.max(1, (bytes / most) * 100)}%` }}
                    />
                  </th>
                  <td className="px-3 py-[7px] text-right tabular-nums">{countInWords(rows)}</td>
                  <td className="px-[14px] py-[7px] text-right whitespace-nowrap tabular-nums">{sizeInWords(bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      <Section title="To read" className="mt-6">
        <ul className="grid gap-1">
          {DOCUMENTS.map(({ href, words }) => (
            <li key={href} className="min-h-6">
              <a href={href} className="text-accent underline underline-offset-2">
                {words}
              </a>
            </li>
          ))}
          <li className="text-ink-2">
            The rules, signing in and webhooks are told in the folder <Where>docs</Where> beside Rollcall's code.
          </li>
        </ul>
      </Section>
    </div>
  );
}
