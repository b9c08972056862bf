import type { Metadata } from "next";
import { CopyLine } from "#components/ui/copy.tsx";
import { pageContext } from "#lib/access/page-session.ts";
import { readPingKey } from "#lib/access/ping-key.ts";
import { runtime } from "#lib/runtime.ts";
import { OnlyAdmins } from "../_parts/only-admins.tsx";

export const metadata: Metadata = { title: "Ping key · Rollcall" };

export default async function Page() {
  const ctx = await pageContext("/settings/ping");
  const key = await readPingKey(ctx);
  if (!key.ok) return <OnlyAdmins denied={key.problem} />;
  const { publicUrl } = runtime().config;
  return (
    <div className="grid max-w-[760px] gap-4">
      <p className="text-ink-2">
        With it a job checks in by the short name of its schedule. It opens nothing else; a schedule's own address, by
        its id, needs no key.
      </p>
      <CopyLine label="Ping key" text={key.value} />
      <CopyLine
        label="A check-in by name"
        text={`curl -fsS -m 10 --retry 5 "${publicUrl}/ping/${key.value}/nightly-backup"`}
      />
      <CopyLine
        label="The same, which makes the schedule where there is none yet"
        text={`curl -fsS -m 10 --retry 5 "${publicUrl}/ping/${key.value}/nightly-backup?create=1"`}
      />
      <p className="text-ink-3">
        Set <code className="font-mono text-s">ROLLCALL_PING_KEY</code> and start Rollcall again to have another one.
      </p>
    </div>
  );
}
