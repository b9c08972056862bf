/**
 * Why a request was admitted or refused: exactly one code of these, and a sub-reason in `detail`. The gate's own, then
 * those that only somebody outside can see (a probe, a log drain, the dispatcher that was answered).
 */

export const ADMIT_REASONS = ["admitted", "admitted_manual", "admitted_previous_key"] as const;
export type AdmitReason = (typeof ADMIT_REASONS)[number];

export const REFUSE_REASONS = [
  "missing_credentials",
  "hint_without_proof",
  "wrong_contract",
  "ambiguous_credentials",
  "wrong_secret",
  "literal_undefined",
  "unexpanded_placeholder",
  "malformed_credentials",
  "bad_signature",
  "body_unavailable",
  "body_too_large",
  "stale_timestamp",
  "future_timestamp",
  "clock_skew_suspected",
  "expired_token",
  "not_yet_valid",
  "wrong_audience",
  "unknown_issuer",
  "wrong_subject",
  "claim_mismatch",
  "unknown_key",
  "algorithm_not_allowed",
  "keys_unavailable",
  "token_reuse",
  "duplicate_delivery",
  "secret_not_configured",
  "weak_secret",
  "development_key",
  "route_unknown",
  "route_disabled",
  "method_not_expected",
  "wrong_environment",
  "ip_not_allowed",
  "rate_limited",
  "untrusted_proxy",
  "forwarded_mismatch",
  "overlapping_run",
  "outside_window",
  "probe_unsigned",
  "verification_probe",
  "internal_error",
] as const;
export type RefuseReason = (typeof REFUSE_REASONS)[number];

/** What is known of a request that never reached a gate: layers 0 to 3. */
export const EDGE_REASONS = [
  "dns_failure",
  "connection_refused",
  "connection_reset",
  "unreachable",
  "timeout",
  "tls_error",
  "redirect",
  "platform_protection",
  "waf_challenge",
  "waf_block",
  "edge_basic_auth",
  "rate_limited_upstream",
  "body_rejected",
  "method_not_allowed",
  "route_not_found",
  "soft_404",
  "html_instead_of_json",
  "csrf_rejected",
  "forward_auth_misconfigured",
  "server_error",
  "bad_gateway",
  "cold_start_timeout",
  "gate_bypassed",
  "fail_open",
  "no_arrival",
  "scheduler_side",
] as const;
export type EdgeReason = (typeof EDGE_REASONS)[number];

export type Reason = AdmitReason | RefuseReason | EdgeReason;
/** All of them; called in place, so that a bundle that does not ask for it leaves it out. */
export const REASONS: readonly Reason[] = /* @__PURE__ */ (() => [
  ...ADMIT_REASONS,
  ...REFUSE_REASONS,
  ...EDGE_REASONS,
])();

/** Where other or newer credentials may heal it. */
const MAY_HEAL: ReadonlySet<RefuseReason> = new Set<RefuseReason>([
  "missing_credentials",
  "hint_without_proof",
  "wrong_contract",
  "ambiguous_credentials",
  "wrong_secret",
  "literal_undefined",
  "unexpanded_placeholder",
  "malformed_credentials",
  "bad_signature",
  "stale_timestamp",
  "future_timestamp",
  "clock_skew_suspected",
  "expired_token",
  "not_yet_valid",
  "unknown_key",
  "algorithm_not_allowed",
  "keys_unavailable",
  "probe_unsigned",
]);

/**
 * 401 where the caller may come back better (some platforms retry that), 403 for known callers that are not allowed and
 * for our own misconfiguration, which nothing that the caller does can mend.
 */
export const statusOf = (reason: RefuseReason): 401 | 403 => (MAY_HEAL.has(reason) ? 401 : 403);
