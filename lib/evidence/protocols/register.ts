import { healthchecks } from "./healthchecks.ts";
import type { Protocol } from "./protocol.ts";

export type ProtocolId = "healthchecks";

export const PROTOCOLS = { healthchecks } satisfies Record<ProtocolId, Protocol>;
