"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import type { Delivery } from "#components/api/settings-shapes.ts";
import type { List } from "#components/api/shapes.ts";
import { AbsoluteTime, RelativeTime } from "#components/marks/relative-time.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OlderOnes } from "#components/ui/older-ones.tsx";
import { Tag } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

const SHOWN = 8;
/** While something was never tried the answer is a matter of moments; one that is tried again waits for longer. */
const SOON = 1_000;
const LATER = 15_000;

const STATE: Readonly<Record<Delivery["state"], { readonly word: string; readonly look: string }>> = {
  delivered: { word: "delivered", look: "bg-ok-soft text-ok" },
  waiting: { word: "waiting", look: "bg-idle-soft text-ink-2" },
  gave_up: { word: "given up", look: "bg-bad-soft text-bad" },
};

const tries = (count: number): string => (count === 1 ? "at the first try" : `after ${count} tries`);

/** What the machine said, as a person would say it. */
const TROUBLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name of the host was not found",
  ECONNRESET: "the connection broke",
  ETIMEDOUT: "there was no answer in time",
  CERT_HAS_EXPIRED: "its certificate has expired",
};
const troubleInWords = (error: string): string => {
  const words = TROUBLE[error];
  return words === undefined ? error : `${words} (${error})`;
};

/** How it went, and what comes next. */
function Outcome({ delivery }: { readonly delivery: Delivery }) {
  const { state, attempts, status, error, nextAttemptAt } = delivery;
  if (state === "delivered") {
    return (
      <>
        Answered {status}, {tries(attempts)}
      </>
    );
  }
  const last = error !== null ? troubleInWords(error) : status === null ? null : `it answered ${status}`;
  const said = last === null ? "" : `${last.charAt(0).toUpperCase()}${last.slice(1)}`;
  if (state === "gave_up") return <>{`${said === "" ? "No answer" : said}, ${tries(attempts)}`}</>;
  if (attempts === 0) return <>On its way</>;
  return (
    <>
      {said === "" ? "Being tried" : said}
      {nextAttemptAt === null || said === "" ? null : (
        <>
          ; tried again <RelativeTime at={nextAttemptAt} />
        </>
      )}
    </>
  );
}

/** The last messages to one webhook. */
export function WebhookDeliveries({ name }: { readonly name: string }) {
  const asked = useInfiniteQuery({
    queryKey: [...KEYS.webhooks(), name, "deliveries"],
    queryFn: ({ signal, pageParam }) =>
      api<List<Delivery>>(`/webhooks/${name}/deliveries${queryString({ limit: SHOWN, cursor: pageParam })}`, {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: ({ state }) => {
      const waiting = state.data?.pages.flatMap(({ items }) => items).filter((one) => one.state === "waiting") ?? [];
      return waiting.some(({ status, error }) => status === null && error === null) ? SOON : LATER;
    },
  });
  if (asked.isError) return <Notice look="bad">{wordsOf(asked.error)}</Notice>;
  const deliveries = asked.data?.pages.flatMap(({ items }) => items) ?? [];
  if (asked.data && deliveries.length === 0)
    return <p className="text-ink-2">Nothing was sent yet. Send a test to see whether it arrives.</p>;
  return (
    <div className="grid gap-2">
      <ol
        aria-label={`Sent to ${name}`}
        aria-busy={asked.isPending}
        className="min-h-[36px] divide-y divide-line rounded-m border border-line"
      >
        {deliveries.map((delivery) => {
          const { word, look } = STATE[delivery.state];
          return (
            <li
              key={delivery.id}
              className="grid grid-cols-[120px_160px_80px_1fr] items-baseline gap-x-3 px-3 py-[7px] max-sm:grid-cols-[1fr_auto]"
            >
              <AbsoluteTime at={delivery.createdAt} className="text-ink-3" />
              <span className="font-mono text-s max-sm:order-first">{delivery.type}</span>
              <span>
                <Tag className={look}>{word}</Tag>
              </span>
              <span className="min-w-0 [overflow-wrap:anywhere] text-ink-2 max-sm:col-span-full">
                <Outcome delivery={delivery} />
              </span>
            </li>
          );
        })}
      </ol>
      <OlderOnes list={asked} look="quiet" />
    </div>
  );
}
