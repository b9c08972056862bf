import { MutationObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, it } from "vitest";
import { makeFreshener } from "./freshen.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A screen that shows `["incidents", "open"]`, and a server whose answers the test gives. */
function screen({ seen = true } = {}) {
  const client = new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
  });
  const answers: ((value: number) => void)[] = [];
  const rests: number[] = [];
  let clock = 0;
  const observer = new QueryObserver(client, {
    queryKey: ["incidents", "open"],
    queryFn: () => new Promise<number>((resolve) => answers.push(resolve)),
    initialData: 0,
  });
  closers.push(
    observer.subscribe(() => {}),
    () => client.clear(),
  );
  const freshener = makeFreshener({
    client,
    isSeen: () => seen,
    sleep: async (length) => {
      rests.push(length);
      // Whoever acts is waited for longer than any test runs.
      if (length === 2_000) await new Promise(() => {});
    },
    now: () => clock,
  });
  const pass = (ms: number) => {
    clock += ms;
  };
  return { client, answers, rests: () => rests.filter((length) => length !== 2_000), freshener, observer, pass };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

it("asks again for what begins with the key, and for nothing else", async () => {
  const { answers, freshener, observer } = screen();
  freshener.stale(["schedules"]);
  await settled();
  expect(answers).toHaveLength(0);
  freshener.stale(["incidents"]);
  await settled();
  answers[0]?.(7);
  await settled();
  expect(observer.getCurrentResult().data).toBe(7);
  freshener.all();
  await settled();
  expect(answers).toHaveLength(2);
});

it("asks once more, not more often, for what went stale while it was asked; and rests three times as long", async () => {
  const { answers, freshener, rests, observer, pass } = screen();
  for (let i = 0; i < 5; i++) freshener.stale(["incidents"]);
  await settled();
  expect(answers).toHaveLength(1);
  pass(50);
  answers[0]?.(1);
  await settled();
  expect(rests()).toEqual([150]);
  expect(answers).toHaveLength(2);
  answers[1]?.(2);
  await settled();
  expect(observer.getCurrentResult().data).toBe(2);
  expect(answers).toHaveLength(2);
});

it("waits while somebody's act is on its way: an answer of before would take back what is foreseen", async () => {
  const { client, answers, freshener } = screen();
  let done = () => {};
  const act = new MutationObserver(client, {
    mutationFn: () =>
      new Promise<void>((resolve) => {
        done = resolve;
      }),
  });
  const acted = act.mutate();
  await settled();
  freshener.stale(["incidents"]);
  await settled();
  expect(answers).toHaveLength(0);
  done();
  await acted;
  await settled();
  expect(answers).toHaveLength(1);
});

it("asks for nothing that nobody looks at, and marks it stale", async () => {
  const { client, answers, freshener } = screen({ seen: false });
  freshener.stale(["incidents"]);
  await settled();
  expect(answers).toHaveLength(0);
  expect(client.getQueryState(["incidents", "open"])?.isInvalidated).toBe(true);
});
