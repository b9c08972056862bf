/** The package's entry, by WebCrypto and without Node. (The one file that gathers others: users need one door.) */
import { webCrypto } from "./crypto/web.ts";
import { gateWith } from "./gate.ts";
import { makeGateHeader as makeWith, verifyGateHeader as verifyWith } from "./headers/gate-header.ts";
import { makeTicket as makeTicketWith, type Ticket, verifyTicket as verifyTicketWith } from "./headers/ticket.ts";
import { world } from "./world.ts";

export const createGate = /* @__PURE__ */ gateWith({ crypto: webCrypto });

/** Checks a ticket that a proxy's gate sent along, in an application that has none of its own. */
export const verifyTicket = (
  token: string,
  expected: { readonly gateKey: string } & Partial<Pick<Ticket, "route" | "method" | "path">>,
) => verifyTicketWith(token, { ...expected, crypto: webCrypto, now: world.now() });
export const makeTicket = (ticket: Ticket, { gateKey }: { readonly gateKey: string }) =>
  makeTicketWith(ticket, { gateKey, crypto: webCrypto, now: world.now() });

/** Whether an answer comes from this route's gate. */
export const verifyGateHeader = (
  value: string | null,
  { gateKey, ...expected }: { readonly gateKey: string; readonly route: string; readonly nonce?: string },
) => verifyWith(value, expected, { gateKey, crypto: webCrypto, now: world.now() });
export const makeGateHeader = (said: Parameters<typeof makeWith>[0], { gateKey }: { readonly gateKey: string }) =>
  makeWith(said, { gateKey, crypto: webCrypto, now: world.now() });

export type { OtherSecret, ReplayStore, RequestParts, TokenVerifier } from "./contracts/contract.ts";
export { CONTRACT_KINDS, type ContractKind } from "./contracts/kinds.ts";
export { partsOf } from "./contracts/parts.ts";
export type { Reason } from "./contracts/reasons.ts";
export type { ContractConfig } from "./contracts/rules.ts";
export type { Admission, Answered, Gate, GateOptions } from "./gate.ts";
export type { Ticket } from "./headers/ticket.ts";
export { MemoryReplays } from "./replays.ts";
export type { ReportedDecision } from "./report/reported.ts";
export type { ReporterStats, ReportTo } from "./report/reporter.ts";
export type { Shape } from "./shape/shape.ts";
