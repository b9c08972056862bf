/**
 * The door for check-ins. Everything is checked before anything is made or stored; the answer comes when it is stored
 * for good, and whatever is refused is kept as discarded.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isDatabaseAway } from "#lib/db/away.ts";
import { newId } from "#lib/db/new-id.ts";
import { cleanText, type DiscardedCheckIn, shortenedPath } from "#lib/evidence/discarded.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import type { Intake } from "#lib/evidence/intake/intake.ts";
import type { Pending, Settlement } from "#lib/evidence/intake/pending.ts";
import type { Placer } from "#lib/evidence/placer.ts";
import type { Claim, NotPlaced, Placed } from "#lib/evidence/placing.ts";
import type { CheckInRequest, ParsedCheckIn, Protocol } from "#lib/evidence/protocols/protocol.ts";
import type { Clock } from "#lib/time/clock.ts";
import type { Instant } from "#lib/time/instant.ts";
import { type Body, hasBody, readBody } from "./body.ts";
import { answer, answerOk, BODY_LIMIT, RETRY_AFTER } from "./ping-answers.ts";

export interface PingOptions {
  readonly protocol: Protocol;
  readonly clock: Clock;
  readonly placer: Placer;
  readonly intake: Pick<Intake, "take">;
  readonly discard: (one: DiscardedCheckIn) => void;
  /** Through trusted proxies only. */
  readonly addressOf: (request: IncomingMessage) => string | null;
  /** The expected time that a ticket of the gate names, `null` where it does not verify; `null`: no gate here. */
  readonly ticketWindow: ((ticket: string, scheduleId: string, now: Instant) => Promise<Instant | null>) | null;
  /** Seconds to wait where the schedule has had its share, else `null`; `null`: no admin set a limit. */
  readonly limit: ((scheduleId: string, now: Instant) => number | null) | null;
  readonly onBug: (thrown: unknown) => void;
}

const LONGEST_USER_AGENT = 300;
const NO_BODY: Body = { kept: null, bytes: 0 };

type PingRequest = IncomingMessage & CheckInRequest;

/** What of a discarded check-in is not known by its request alone. */
type Discard = Pick<DiscardedCheckIn, "reason" | "detail" | "slug" | "scheduleId">;

/** Where a check-in goes. */
interface Taken {
  readonly body: Body;
  readonly scheduleId: string;
  readonly claim: Claim | null;
  readonly made: boolean;
}

export const pingDoor =
  (options: PingOptions) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    // A request that a server has had always has its method and target.
    new Visit(options, request as PingRequest, response).begin();
  };

/** One request at the door, as long as it is there; a class, since a closure for each step would cost the hot path. */
class Visit {
  readonly #now: Instant;
  readonly #options: PingOptions;
  readonly #request: PingRequest;
  readonly #response: ServerResponse;

  constructor(options: PingOptions, request: PingRequest, response: ServerResponse) {
    this.#options = options;
    this.#request = request;
    this.#response = response;
    this.#now = options.clock.now();
  }

  begin(): void {
    const parsed = this.#options.protocol.parse(this.#request, this.#now);
    if (parsed.refused) {
      this.#discard({ reason: parsed.reason, detail: parsed.detail, slug: null, scheduleId: null });
      answer(this.#response, parsed.status, parsed.text, parsed.headers);
      return;
    }
    const placed = this.#options.placer.find(parsed, this.#now);
    if (placed instanceof Promise) {
      placed.then((late) => this.#placed(parsed, late)).catch((thrown: unknown) => this.#failed(thrown));
    } else this.#placed(parsed, placed);
  }

  #placed(parsed: ParsedCheckIn, placed: Placed): void {
    if (placed.kind === "refused") this.#refuse(placed);
    else if (placed.kind === "placed" && this.#limited(parsed, placed.scheduleId)) return;
    else if (this.#request.method !== "POST" || !hasBody(this.#request)) this.#store(parsed, placed, NO_BODY);
    else {
      readBody(this.#request, BODY_LIMIT, (body) => {
        if (body === null) this.#brokeOff();
        else this.#store(parsed, placed, body);
      });
    }
  }

  #limited(parsed: ParsedCheckIn, scheduleId: string): boolean {
    const { limit } = this.#options;
    const wait = limit === null ? null : limit(scheduleId, this.#now);
    if (wait === null) return false;
    const slug = parsed.address.form === "slug" ? parsed.address.slug : null;
    this.#discard({ reason: "rate_limited", detail: null, slug, scheduleId });
    answer(this.#response, 429, "rate limit exceeded", ["Retry-After", String(Math.ceil(wait))]);
    return true;
  }

  #brokeOff(): void {
    const detail = "The request broke off before its end.";
    this.#discard({ reason: "malformed", detail, slug: null, scheduleId: null });
    this.#response.destroy();
  }

  #refuse(placed: NotPlaced): void {
    this.#discard(placed);
    answer(this.#response, placed.status, placed.text);
  }

  #store(parsed: ParsedCheckIn, placed: Placed, body: Body): void {
    switch (placed.kind) {
      case "placed":
        this.#take(parsed, { body, scheduleId: placed.scheduleId, claim: null, made: false });
        break;
      case "unchecked":
        this.#take(parsed, { body, scheduleId: "", claim: parsed, made: false });
        break;
      case "refused":
        this.#refuse(placed);
        break;
      case "to_be_made":
        this.#make(parsed, placed.slug, body).catch((thrown: unknown) => this.#failed(thrown));
        break;
    }
  }

  async #make(parsed: ParsedCheckIn, slug: string, body: Body): Promise<void> {
    try {
      const { placed, made } = await this.#options.placer.make(slug, parsed, this.#now);
      if (placed.kind === "placed") {
        this.#take(parsed, { body, scheduleId: placed.scheduleId, claim: null, made });
      } else this.#store(parsed, placed, body);
    } catch (thrown) {
      if (!isDatabaseAway(thrown)) throw thrown;
      this.#take(parsed, { body, scheduleId: "", claim: parsed, made: false });
    }
  }

  #take(parsed: ParsedCheckIn, to: Taken): void {
    const { ticketWindow } = this.#options;
    const { window, ticket } = parsed;
    if (window !== null || ticket === null || ticketWindow === null) this.#takeFor(parsed, to, window);
    else {
      // A ticket that cannot be read never costs a check-in.
      ticketWindow(ticket, to.scheduleId, this.#now)
        .catch((thrown: unknown) => {
          this.#options.onBug(thrown);
          return null;
        })
        .then((named) => this.#takeFor(parsed, to, named))
        .catch((thrown: unknown) => this.#failed(thrown));
    }
  }

  #takeFor(parsed: ParsedCheckIn, to: Taken, window: Instant | null): void {
    const { intake } = this.#options;
    const incoming: Incoming = {
      id: newId(this.#now),
      scheduleId: to.scheduleId,
      at: parsed.at ?? this.#now,
      receivedAt: this.#now,
      kind: parsed.kind,
      rid: parsed.rid,
      exitStatus: parsed.exitStatus,
      window,
      body: to.body.kept,
      bodyBytes: to.body.bytes,
      method: this.#request.method,
      remoteAddress: this.#options.addressOf(this.#request),
      userAgent: this.#userAgent(),
    };
    intake.take(new Arrival(this, { incoming, claim: to.claim, made: to.made }));
  }

  path(): string {
    return shortenedPath(this.#request.url);
  }

  settled(how: Settlement, { incoming, made }: Pick<Arrival, "incoming" | "made">): void {
    const slug = null;
    const scheduleId = incoming.scheduleId || null;
    switch (how) {
      case "stored":
      case "spooled":
        if (made) answer(this.#response, 201, "Created");
        else answerOk(this.#response);
        break;
      case "archived":
        this.#discard({ reason: "archived", detail: null, slug, scheduleId });
        answer(this.#response, 404, "not found");
        break;
      case "refused":
        this.#discard({ reason: "not_storable", detail: null, slug, scheduleId });
        answer(this.#response, 503, "cannot be stored", RETRY_AFTER);
        break;
      case "full":
        answer(this.#response, 503, "cannot be stored now", RETRY_AFTER);
        break;
    }
  }

  #failed(thrown: unknown): void {
    this.#options.onBug(thrown);
    if (!this.#response.headersSent) answer(this.#response, 503, "cannot be stored now", RETRY_AFTER);
  }

  #userAgent(): string | null {
    const said = this.#request.headers["user-agent"];
    return said === undefined ? null : cleanText(said, LONGEST_USER_AGENT);
  }

  #discard({ reason, detail, slug, scheduleId }: Discard): void {
    this.#options.discard({
      reason,
      path: this.path(),
      sender: this.#options.addressOf(this.#request) ?? "unknown",
      slug: slug === null ? null : cleanText(slug, 100),
      detail: detail === null ? null : cleanText(detail, 300),
      scheduleId,
      userAgent: this.#userAgent(),
      at: this.#now,
    });
  }
}

class Arrival implements Pending {
  readonly incoming: Incoming;
  readonly claim: Claim | null;
  readonly made: boolean;
  readonly #visit: Visit;

  constructor(
    visit: Visit,
    what: { readonly incoming: Incoming; readonly claim: Claim | null; readonly made: boolean },
  ) {
    this.#visit = visit;
    this.incoming = what.incoming;
    this.claim = what.claim;
    this.made = what.made;
  }

  path(): string {
    return this.#visit.path();
  }

  settle(how: Settlement): void {
    this.#visit.settled(how, this);
  }
}
