import { describe, expect, test } from "vitest";
import { NOW, SAMPLES } from "../../testing/samples.ts";
import { classify } from "../shape/classify.ts";
import { shapeOf } from "../shape/read-shape.ts";
import type { ContractKind } from "./kinds.ts";
import { partsOf } from "./parts.ts";
import { ADMIT_REASONS, EDGE_REASONS, REFUSE_REASONS } from "./reasons.ts";

/** Word for word as they are written down for other programs. */
const GATE = `admitted admitted_manual admitted_previous_key missing_credentials hint_without_proof wrong_contract
  ambiguous_credentials wrong_secret literal_undefined unexpanded_placeholder malformed_credentials bad_signature
  body_unavailable body_too_large stale_timestamp future_timestamp clock_skew_suspected expired_token not_yet_valid
  wrong_audience unknown_issuer wrong_subject claim_mismatch unknown_key algorithm_not_allowed keys_unavailable token_reuse
  duplicate_delivery secret_not_configured weak_secret development_key route_unknown route_disabled method_not_expected
  wrong_environment ip_not_allowed rate_limited untrusted_proxy forwarded_mismatch overlapping_run outside_window
  probe_unsigned verification_probe internal_error`;
const OUTSIDE = `dns_failure connection_refused connection_reset unreachable timeout tls_error redirect platform_protection
  waf_challenge waf_block edge_basic_auth rate_limited_upstream body_rejected method_not_allowed route_not_found soft_404
  html_instead_of_json csrf_rejected forward_auth_misconfigured server_error bad_gateway cold_start_timeout gate_bypassed
  fail_open no_arrival scheduler_side`;

describe("Reason codes and classifier are those of `contracts.md`, section 4.", () => {
  test("the codes, each once", () => {
    expect([...ADMIT_REASONS, ...REFUSE_REASONS]).toEqual(GATE.split(/\s+/));
    expect([...EDGE_REASONS]).toEqual(OUTSIDE.split(/\s+/));
    const all = [...ADMIT_REASONS, ...REFUSE_REASONS, ...EDGE_REASONS];
    expect(new Set(all).size).toBe(all.length);
  });

  const at = String(NOW / 1_000);
  const hex = "0f".repeat(32);
  const ROWS: readonly (readonly [string, Readonly<Record<string, string>>, ContractKind])[] = [
    ["`x-inngest-signature` `t=&s=`", { "x-inngest-signature": `t=${at}&s=${hex}` }, "inngest"],
    [
      "`webhook-id+timestamp+signature`",
      { "webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": `v1,${btoa(hex.slice(0, 32))}` },
      "standard-webhooks",
    ],
    [
      "`svix-*` legacy",
      { "svix-id": "msg_1", "svix-timestamp": at, "svix-signature": `v1,${btoa(hex.slice(0, 32))}` },
      "standard-webhooks",
    ],
    ["`*-signature: t=…,v1=…`", { "stripe-signature": `t=${at},v1=${hex}` }, "timestamped-hmac"],
    ["`x-hub-signature-256: sha256=`", { "x-hub-signature-256": `sha256=${hex}` }, "hmac"],
    [
      "Bearer other, with a schedule header",
      { authorization: "Bearer something-long-and-secret-1", "user-agent": "vercel-cron/1.0" },
      "vercel-cron",
    ],
    ["Bearer other", { authorization: "Bearer something-long-and-secret-1" }, "bearer"],
    ["`Basic`", { authorization: `Basic ${btoa("cron:something-long")}` }, "basic"],
    ["`x-api-key`", { "x-api-key": "something-long-and-secret-1" }, "api-key"],
    ["`sb_secret_`", { apikey: "sb_secret_0123456789abcdef0123" }, "supabase"],
  ];
  const nearest = (headers: Readonly<Record<string, string>>) => {
    const request = partsOf({ method: "POST", url: "https://app.example.com/x", headers, body: new Uint8Array() });
    return classify(shapeOf(request, { now: NOW, expectedHeaders: [] }))[0];
  };

  test.each(ROWS)("%s", (_row, headers, kind) => {
    expect(nearest(headers)).toMatchObject({ kind, by: "proof" });
  });

  test.each(["qstash", "google-oidc", "github-oidc", "kubernetes-token"] as const)("a token of %s", async (kind) => {
    const looks = classify(shapeOf(await SAMPLES[kind].genuine(), { now: NOW, expectedHeaders: [] }));
    expect(looks[0]).toMatchObject({ kind, by: "proof" });
  });
});
