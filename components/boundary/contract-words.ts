/** A contract as a screen speaks of it. Pure. */
import type { ContractShown, SecretMark } from "#components/api/boundary.ts";
import type { AnyConfig, Contract } from "#gate/contracts/contract.ts";
import { CONTRACT_KINDS, type ContractKind } from "#gate/contracts/kinds.ts";
import { contractOf } from "#gate/contracts/register.ts";

export const isKind = (text: string): text is ContractKind => CONTRACT_KINDS.some((kind) => kind === text);

/** "Vercel Cron"; a code that is not known stands for itself. */
export const labelOf = (kind: string): string => (isKind(kind) ? contractOf(kind).label : kind);

/** Its options, without the marks of its secrets. */
function configOf(shown: ContractShown): AnyConfig {
  const options = Object.entries(shown).filter(([, value]) => typeof value !== "object");
  return Object.fromEntries(options) as unknown as AnyConfig;
}

/** "an HMAC signature over the body in x-signature". */
export function expectsOf(shown: ContractShown): string {
  const contract: Contract = contractOf(shown.kind);
  return contract.expects(configOf(shown));
}

/** "HMAC (sha256, hex) over the raw body". */
export function proofOf(shown: ContractShown): string {
  const contract: Contract = contractOf(shown.kind);
  return contract.proof(configOf(shown));
}

export const isMark = (value: unknown): value is SecretMark =>
  typeof value === "object" && value !== null && "set" in value && typeof value.set === "boolean";

export interface NamedMark extends SecretMark {
  readonly name: string;
}

/** What is known of each of its secrets. */
export const marksOf = (shown: ContractShown): readonly NamedMark[] =>
  Object.entries(shown).flatMap(([name, value]) => (isMark(value) ? [{ name, ...value }] : []));

/** Header fields that the gate has to see, for proxies that pass on only what they are told to. */
export function headersOf(shown: ContractShown): readonly string[] {
  const contract: Contract = contractOf(shown.kind);
  const { headers } = contract.expectedShape(configOf(shown));
  return [...new Set([...headers, ...(contract.hints.headers ?? [])].map((name) => name.toLowerCase()))];
}

/** Whether its proof covers the body, which most proxies keep from the gate. */
export function coversBody(shown: ContractShown): boolean {
  const contract: Contract = contractOf(shown.kind);
  return contract.covers(configOf(shown)).includes("body");
}
