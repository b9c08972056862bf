import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { DiscardedCheckIn } from "#lib/evidence/discarded.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import type { Claim, Placed } from "#lib/evidence/placing.ts";
import { diskFiles, type SpoolFiles } from "#lib/evidence/spool/files.ts";
import { openSpool } from "#lib/evidence/spool/spool.ts";
import { instant } from "#lib/time/instant.ts";
import { type Intake, openIntake, PATIENCE } from "./intake.ts";
import type { Pending, Settlement } from "./pending.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-intake-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const turn = () => new Promise((resolve) => setImmediate(resolve));
async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (let i = 0; !holds(); i++) {
    if (performance.now() > deadline) throw new Error("it does not come true");
    await (i < 100 ? turn() : new Promise((resolve) => setTimeout(resolve, 1)));
  }
}

const away = () => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

/** A database that keeps what it is given, and can be away, refuse, hang and lose its answer. */
function database() {
  const stored: Incoming[] = [];
  const known = new Set<string>();
  const calls: number[] = [];
  const holding = new Map<string, number>();
  const is = { away: false, hanging: false, overlapped: false, losesAnswers: false };
  const poison = new Set<string>();
  const hooks = { onCall: () => {} };
  let letGo: (() => void)[] = [];
  const record = async (items: readonly Incoming[]) => {
    calls.push(items.length);
    hooks.onCall();
    const schedules = new Set(items.map((item) => item.scheduleId));
    for (const schedule of schedules) {
      if (holding.has(schedule)) is.overlapped = true;
      holding.set(schedule, 1);
    }
    try {
      await turn();
      if (is.hanging) await new Promise<void>((resolve) => letGo.push(resolve));
      if (is.away) throw away();
      if (items.some((item) => poison.has(item.id))) throw Object.assign(new Error("invalid byte"), { code: "22021" });
      for (const item of items) {
        if (!known.has(item.id)) stored.push(item);
        known.add(item.id);
      }
      if (is.losesAnswers) throw new Error("Connection terminated unexpectedly");
      return items.map((item) => (item.scheduleId === "gone" ? ("archived" as const) : ("stored" as const)));
    } finally {
      for (const schedule of schedules) holding.delete(schedule);
    }
  };
  const release = () => {
    const all = letGo;
    letGo = [];
    for (const go of all) go();
  };
  const ids = () => stored.map(({ id }) => id);
  return Object.assign(hooks, { stored, calls, is, poison, record, release, ids });
}

async function open(db: ReturnType<typeof database>, more: { files?: SpoolFiles; place?: () => Placed } = {}) {
  const discarded: DiscardedCheckIn[] = [];
  const time = { now: 0 };
  const spool = await openSpool({ folder, files: more.files ?? diskFiles });
  const intake = openIntake({
    record: db.record,
    spool,
    reachDatabase: async () => {
      if (db.is.away) throw away();
    },
    place: async () => more.place?.() ?? { kind: "unchecked" },
    discard: (one) => discarded.push(one),
    onRefused: () => {},
    onTrouble: (thrown) => {
      throw thrown;
    },
    monotonic: () => time.now,
  });
  const settled = new Map<string, Settlement>();
  const take = (id: string, scheduleId = "s1", claim: Claim | null = null): Pending => {
    const incoming: Incoming = {
      id,
      scheduleId: claim ? "" : scheduleId,
      at: instant(1),
      receivedAt: instant(1),
      kind: "success",
      rid: null,
      exitStatus: null,
      window: null,
      body: null,
      bodyBytes: 0,
      method: "GET",
      remoteAddress: "192.0.2.1",
      userAgent: null,
    };
    const settle = (how: Settlement) => {
      if (settled.has(id)) throw new Error(`${id} is answered twice`);
      settled.set(id, how);
    };
    const pending: Pending = { incoming, claim, path: () => "/ping/abc…", settle };
    intake.take(pending);
    return pending;
  };
  onTestFinished(async () => {
    db.is.hanging = false;
    db.release();
    await spool.close();
  });
  return { intake, spool, take, settled, discarded, time };
}
const names = (count: number, prefix = "c") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const drained = async (intake: Intake) => {
  while (intake.state().spooling) {
    await intake.drain();
    await turn();
  }
};

describe("group commit", () => {
  it("a check-in is answered only when it is stored for good", async () => {
    const db = database();
    const { take, settled } = await open(db);
    db.is.hanging = true;
    take("a");
    for (let i = 0; i < 20; i++) await turn();
    expect([db.calls, settled.size]).toEqual([[1], 0]);
    db.release();
    await until(() => settled.get("a") === "stored");
  });

  it("adds no delay when nothing is under way, and takes what has gathered behind a batch as the next", async () => {
    const db = database();
    const { take, settled } = await open(db);
    take("a");
    await turn();
    expect(db.calls).toEqual([1]);
    for (const id of names(600)) take(id);
    await until(() => settled.size === 601);
    expect(db.calls).toEqual([1, 500, 100]);
    expect(db.ids()).toEqual(["a", ...names(600)]);
  });

  it("never has check-ins of one schedule in two batches", async () => {
    const db = database();
    const { take, settled } = await open(db);
    for (let i = 0; i < 3_000; i++) {
      take(`c${i}`, `schedule-${i % 50}`);
      if (i % 7 === 0) await turn();
    }
    await until(() => settled.size === 3_000);
    expect(db.is.overlapped).toBe(false);
    expect(Math.max(...db.calls)).toBeGreaterThan(1);
  });

  it("one that the database refuses does not take the others with it", async () => {
    const db = database();
    const { take, settled } = await open(db);
    db.poison.add("c13").add("c14");
    for (const id of names(40)) take(id);
    await until(() => settled.size === 40);
    expect(names(40).filter((id) => settled.get(id) === "refused")).toEqual(["c13", "c14"]);
    expect(db.ids()).toEqual(names(40).filter((id) => !db.poison.has(id)));
  });

  it("says which ones came for an archived schedule", async () => {
    const { take, settled } = await open(database());
    take("a", "gone");
    await until(() => settled.get("a") === "archived");
  });
});

describe("while the database is away", () => {
  it("check-ins go to disk, are answered when they are there, and are stored in order when it is back", async () => {
    const db = database();
    const { intake, take, settled } = await open(db);
    db.is.away = true;
    for (const id of names(30)) take(id, `s${id.length}`);
    await until(() => settled.size === 30);
    expect(new Set(settled.values())).toEqual(new Set(["spooled"]));
    expect(intake.state()).toEqual({ spooling: true, waiting: 30, oldest: null, failure: null });
    take("later");
    await until(() => settled.size === 31);
    await intake.drain();
    expect(intake.state().spooling).toBe(true);
    db.is.away = false;
    await intake.drain();
    expect(db.ids()).toEqual([...names(30), "later"]);
    expect([intake.state(), readdirSync(folder)]).toEqual([
      { spooling: false, waiting: 0, oldest: null, failure: null },
      [],
    ]);
    take("direct");
    await until(() => settled.get("direct") === "stored");
  });

  it("none overtakes those on disk, also while new ones keep coming", async () => {
    const db = database();
    const { intake, take, settled } = await open(db);
    db.is.away = true;
    const sent: string[] = [];
    for (const id of names(1_200, "early")) {
      take(id);
      sent.push(id);
    }
    await until(() => settled.size === 1_200);
    db.is.away = false;
    void intake.drain();
    for (let i = 0; intake.state().spooling; i++) {
      for (const id of names(5, `new${i}-`)) {
        take(id);
        sent.push(id);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await until(() => settled.size === sent.length);
    expect(db.ids()).toEqual(sent);
    expect(db.is.overlapped).toBe(false);
  });

  it("one does not overtake those of its schedule that are still under way when another lane has found it away", async () => {
    const db = database();
    const { intake, take, settled } = await open(db);
    db.is.hanging = true;
    take("slow1", "s1");
    for (let i = 0; i < 10; i++) await turn();
    db.is.hanging = false;
    db.is.away = true;
    take("quick", "s2");
    await until(() => settled.has("quick"));
    take("slow2", "s1");
    take("quick2", "s2");
    await until(() => settled.has("quick2"));
    expect([...settled.keys()]).toEqual(["quick", "quick2"]);
    db.release();
    await until(() => settled.size === 4);
    db.is.away = false;
    await intake.drain();
    expect(db.ids()).toEqual(["quick", "quick2", "slow1", "slow2"]);
  });

  it("stays on disk when the database goes away again while it is being stored", async () => {
    const db = database();
    const { intake, take, settled, spool } = await open(db);
    db.is.away = true;
    for (const id of names(700)) take(id);
    await until(() => settled.size === 700);
    db.is.away = false;
    let calls = 0;
    db.onCall = () => {
      db.is.away = ++calls === 2;
    };
    await intake.drain();
    expect([db.stored.length, spool.waiting, intake.state().spooling]).toEqual([500, 700, true]);
    db.is.away = false;
    await intake.drain();
    expect(db.ids()).toEqual(names(700));
    expect(intake.state()).toMatchObject({ spooling: false, waiting: 0 });
  });

  it("the end is reached however many come while the rest is stored", async () => {
    const db = database();
    const { intake, take, settled } = await open(db);
    db.is.away = true;
    for (const id of names(600)) take(id);
    await until(() => settled.size === 600);
    db.is.away = false;
    let flooded = 0;
    db.onCall = () => {
      // More than one batch holds, each time that one is stored.
      if (intake.state().spooling && flooded++ < 50) for (const id of names(700, `flood${flooded}-`)) take(id);
    };
    await intake.drain();
    expect(flooded).toBeLessThan(40);
    await until(() => settled.size === 600 + flooded * 700);
    expect(db.ids().slice(0, 600)).toEqual(names(600));
  });

  it("a start with check-ins on disk stores them first", async () => {
    const db = database();
    const before = await open(db);
    db.is.away = true;
    before.take("a");
    await until(() => before.settled.size === 1);
    db.is.away = false;
    const after = await open(db); // the first one was killed
    expect(after.intake.state()).toMatchObject({ spooling: true, waiting: 1 });
    after.take("b");
    await after.intake.drain();
    await until(() => after.settled.size === 1);
    await drained(after.intake);
    expect(db.ids()).toEqual(["a", "b"]);
  });

  it("stored, and killed before the segment was removed: it is stored once", async () => {
    const db = database();
    const files: SpoolFiles = { ...diskFiles, remove: () => Promise.reject(new Error("killed")) };
    const before = await open(db, { files });
    db.is.away = true;
    before.take("a");
    await until(() => before.settled.size === 1);
    db.is.away = false;
    await before.intake.drain().catch(() => {});
    expect(db.ids()).toEqual(["a"]);
    const after = await open(db);
    await after.intake.drain();
    expect(db.ids()).toEqual(["a"]);
    expect(after.intake.state().spooling).toBe(false);
  });

  it("a commit whose answer was lost is not stored twice", async () => {
    const db = database();
    const { intake, take, settled } = await open(db);
    db.is.losesAnswers = true;
    take("a");
    await until(() => settled.get("a") === "spooled");
    db.is.losesAnswers = false;
    await intake.drain();
    expect(db.ids()).toEqual(["a"]);
  });

  it("a poison record on disk goes to discarded with its reason, is kept aside, and blocks nobody", async () => {
    const db = database();
    const { intake, take, settled, discarded } = await open(db);
    db.is.away = true;
    for (const id of names(9)) take(id);
    await until(() => settled.size === 9);
    db.is.away = false;
    db.poison.add("c4");
    await intake.drain();
    expect(db.ids()).toEqual(names(9).filter((id) => id !== "c4"));
    expect(discarded).toMatchObject([{ reason: "not_storable", detail: "invalid byte", path: "/ping/abc…" }]);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.refused$/)]);
  });

  it("one that cannot be checked is taken and may become discarded later", async () => {
    const claim: Claim = { address: { form: "slug", key: "k", slug: "nightly" }, environment: null, create: false };
    const answers: Placed[] = [
      { kind: "placed", scheduleId: "s7" },
      {
        kind: "refused",
        status: 404,
        text: "",
        reason: "unknown_slug",
        slug: "nightly",
        scheduleId: null,
        detail: null,
      },
    ];
    const db = database();
    const { intake, take, settled, discarded } = await open(db, {
      place: () => answers.shift() ?? { kind: "unchecked" },
    });
    db.is.away = true;
    take("known", "", claim);
    take("unknown", "", claim);
    take("gone", "gone");
    await until(() => settled.size === 3);
    expect([...settled.values()]).toEqual(["spooled", "spooled", "spooled"]);
    db.is.away = false;
    await intake.drain();
    expect(db.stored.map(({ id, scheduleId }) => [id, scheduleId])).toContainEqual(["known", "s7"]);
    expect(discarded).toMatchObject([
      { reason: "unknown_slug", slug: "nightly", sender: "192.0.2.1" },
      { reason: "archived", scheduleId: "gone" },
    ]);
  });

  it("one that cannot be placed for another reason than that blocks nobody either", async () => {
    const claim: Claim = { address: { form: "slug", key: "k", slug: "nightly" }, environment: null, create: true };
    const db = database();
    const bug = () => {
      throw new Error("a bug");
    };
    const { intake, take, settled, discarded } = await open(db, { place: bug });
    db.is.away = true;
    take("a", "", claim);
    take("b");
    await until(() => settled.size === 2);
    db.is.away = false;
    await intake.drain();
    expect(db.ids()).toEqual(["b"]);
    expect(discarded).toMatchObject([{ reason: "not_storable", detail: "a bug", slug: "nightly" }]);
  });

  it("and the disk full too, nothing is claimed to be stored", async () => {
    const db = database();
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    const { intake, take, settled } = await open(db, { files: { ...diskFiles, create: () => Promise.reject(full) } });
    db.is.away = true;
    take("a");
    await until(() => settled.get("a") === "full");
    expect(intake.state()).toMatchObject({ spooling: true, waiting: 0, failure: "ENOSPC: no space left on device" });
    db.is.away = false;
    await intake.drain();
    take("b");
    await until(() => settled.get("b") === "stored");
    expect(intake.state().failure).toBeNull();
  });

  it("is known by whoever finds it out, and its end by asking it", async () => {
    const db = database();
    const { intake, take, settled } = await open(db);
    db.is.away = true;
    intake.databaseDown();
    expect(intake.state().spooling).toBe(true);
    await intake.drain();
    expect(intake.state().spooling).toBe(true); // nothing on disk, but nobody to store it either
    take("a");
    await until(() => settled.get("a") === "spooled");
    expect(db.calls).toEqual([]);
    db.is.away = false;
    await drained(intake);
    expect(db.ids()).toEqual(["a"]);
  });
});

describe("while the database hangs", () => {
  it("those that wait too long go to disk as well, and are stored once, after what hung has ended", async () => {
    const db = database();
    const { intake, take, settled, time } = await open(db);
    db.is.hanging = true;
    take("a");
    await turn();
    take("b");
    await turn();
    time.now = PATIENCE - 1;
    intake.tick();
    expect(settled.size).toBe(0);
    time.now = PATIENCE;
    intake.tick();
    await until(() => settled.size === 2);
    take("c");
    await until(() => settled.size === 3);
    expect([...settled.values()]).toEqual(["spooled", "spooled", "spooled"]);
    await intake.drain();
    expect(db.calls).toEqual([1]);
    db.is.hanging = false;
    db.release();
    await until(() => db.stored.length === 1);
    await drained(intake);
    expect(db.ids()).toEqual(["a", "b", "c"]);
    expect(db.is.overlapped).toBe(false);
  });

  it("and does so in the last part of a replay, those that gathered behind it go to disk", async () => {
    const db = database();
    const { intake, take, settled, time } = await open(db);
    db.is.away = true;
    take("a");
    await until(() => settled.size === 1);
    db.is.away = false;
    db.is.hanging = true;
    void intake.drain();
    await until(() => db.calls.length === 2);
    take("b");
    for (let i = 0; i < 10; i++) await turn();
    expect(settled.has("b")).toBe(false);
    time.now = PATIENCE + 1;
    intake.tick();
    await until(() => settled.get("b") === "spooled");
    db.is.hanging = false;
    db.release();
    await drained(intake);
    expect(db.ids()).toEqual(["a", "b"]);
  });
});

it("stopping waits for those under way, with and without a database", async () => {
  for (const isAway of [false, true]) {
    const db = database();
    const { intake, take, settled } = await open(db);
    db.is.away = isAway;
    for (const id of names(20, String(isAway))) take(id);
    await intake.stop();
    expect(settled.size).toBe(20);
  }
});

it("whatever the database does, each check-in that was answered well is stored once and in its order", async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("take" as const), schedule: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("turn" as const), schedule: fc.nat(3) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom("down", "up", "lose", "drain", "tick"), schedule: fc.nat(3) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 80 }), async (steps) => {
      rmSync(folder, { recursive: true, force: true });
      const db = database();
      const spool = await openSpool({ folder });
      const intake = openIntake({
        record: db.record,
        spool,
        reachDatabase: async () => {
          if (db.is.away) throw away();
        },
        place: async () => ({ kind: "unchecked" }),
        discard: () => {},
        onRefused: () => {},
        onTrouble: (thrown) => {
          throw thrown;
        },
      });
      const sent: Incoming[] = [];
      const well = new Set<string>();
      for (const [index, { do: what, schedule }] of steps.entries()) {
        if (what === "down") db.is.away = true;
        else if (what === "up") {
          db.is.away = false;
          db.is.losesAnswers = false;
        } else if (what === "lose") db.is.losesAnswers = true;
        else if (what === "drain") void intake.drain();
        else if (what === "tick") intake.tick();
        else if (what === "turn") for (let i = 0; i <= schedule; i++) await turn();
        else {
          const id = `c${index}`;
          const incoming = { ...BLANK, id, scheduleId: `s${schedule}` };
          sent.push(incoming);
          intake.take({
            incoming,
            claim: null,
            path: () => "",
            settle: (how) => {
              if (how === "stored" || how === "spooled") well.add(id);
            },
          });
        }
      }
      db.is.away = false;
      db.is.losesAnswers = false;
      await until(() => well.size === sent.length || intake.state().spooling);
      await drained(intake);
      await until(() => well.size === sent.length);
      for (const schedule of ["s0", "s1", "s2", "s3"]) {
        const of = (all: readonly Incoming[]) => all.filter((one) => one.scheduleId === schedule).map(({ id }) => id);
        expect(of(db.stored)).toEqual(of(sent));
      }
      expect(db.is.overlapped).toBe(false);
      await intake.stop();
    }),
    { numRuns: 60 },
  );
});

const BLANK: Omit<Incoming, "id" | "scheduleId"> = {
  at: instant(1),
  receivedAt: instant(1),
  kind: "success",
  rid: null,
  exitStatus: null,
  window: null,
  body: null,
  bodyBytes: 0,
  method: "GET",
  remoteAddress: null,
  userAgent: null,
};
