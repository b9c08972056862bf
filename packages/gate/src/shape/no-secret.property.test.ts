import fc from "fast-check";
import { expect, test } from "vitest";
import { depsAt } from "../../testing/judging.ts";
import { placed } from "../../testing/placed.ts";
import { NOW, SAMPLES, URL_OF_ROUTE } from "../../testing/samples.ts";
import type { RequestParts } from "../contracts/contract.ts";
import { CONTRACT_KINDS } from "../contracts/kinds.ts";
import { partsOf } from "../contracts/parts.ts";
import { ADMIT_REASONS, REFUSE_REASONS } from "../contracts/reasons.ts";
import type { ContractConfig } from "../contracts/register.ts";
import { decide } from "../decide.ts";
import { reportedDecision } from "../report/reported.ts";

/** Letters that no word of ours has four of in a row, so that a run that shows up came from the secret. */
const odd = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(..."QXZJKWVqxzjkwv7"), minLength: min, maxLength: max });
/** What a credential may be, well formed or not. */
const credential = fc.oneof(odd(4, 60), odd(16, 32).map((s) => Buffer.from(s).toString("base64")), odd(16, 32).map((s) => Buffer.from(s).toString("hex"))); // biome-ignore format: one list

const runsOf = (text: string): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - 3) }, (_, i) => text.slice(i, i + 4));

/** Everything of a configuration that is secret, by its sample's shape. */
const SECRET_FIELDS = ["secret", "nextSecret", "password", "nextPassword", "currentSigningKey", "nextSigningKey", "signingKey"]; // biome-ignore format: a list

test("The gate answers admit or reject with exactly one reason, and keeps the shape of what was presented (header names, scheme, lengths, key ids, issuer, audience, times), never a secret's value.", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...CONTRACT_KINDS),
      fc.constantFrom(...CONTRACT_KINDS),
      credential,
      credential,
      odd(20, 40),
      fc.nat(15),
      async (kind, sender, secret, other, configured, place) => {
        const config = Object.fromEntries(
          Object.entries(SAMPLES[kind].config).map(([name, value]) => [name, SECRET_FIELDS.includes(name) ? configured : value]), // biome-ignore format: one line
        ) as unknown as ContractConfig;
        const url = `${URL_OF_ROUTE}&secret=${encodeURIComponent(secret)}`;
        const genuine = await SAMPLES[sender].genuine();
        const requests: readonly RequestParts[] = [
          partsOf({ method: "POST", url, headers: placed(secret, other)[place] ?? {}, body: new Uint8Array() }),
          { ...genuine, headers: { ...genuine.headers, ...placed(secret, other)[place] } },
          // The configured secret, nearly right.
          partsOf({ method: "GET", url, headers: placed(configured.slice(0, 18), `"${configured}"`)[place] ?? {}, body: new Uint8Array() }), // biome-ignore format: one line
        ];
        for (const request of requests) {
          const decided = await decide(request, { route: "r", contracts: [config] }, depsAt(NOW, { others: [{ owner: "billing", value: other }] })); // biome-ignore format: one line
          // One of the codes, of its own outcome.
          const codes: readonly string[] = decided.outcome === "admitted" ? ADMIT_REASONS : REFUSE_REASONS;
          expect(codes).toContain(decided.reason);
          const of = { id: "1", now: NOW, route: "r", method: request.method, url: request.url, via: decided.via };
          const told = JSON.stringify(reportedDecision(decided, of, decided));
          for (const value of [secret, other, configured, btoa(`${secret}:${other}`)])
            for (const run of runsOf(value.replace(/[^A-Za-z0-9+/]/g, " "))) {
              if (run.includes(" ")) continue;
              // base64 and hex of odd letters make even ones: what stands in a request without this secret is no leak.
              if (/[QXZJKWVqxzjkwv]{2}/.test(run)) expect(told.includes(run), `${run} in ${told}`).toBe(false);
            }
        }
      },
    ),
    { numRuns: 400 },
  );
});
