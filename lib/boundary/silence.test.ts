import { expect, test } from "vitest";
import type { ReadAnswer } from "./from-outside.ts";
import { findingOf } from "./silence.ts";

const read = (code: ReadAnswer["code"], sub: string | null = null): ReadAnswer => ({ layer: "app", code, sub, sentence: `It is ${code}.` }); // biome-ignore format: one line
const REFUSED = read("gate_refused", "missing_credentials");

test("where its route has a probe, Rollcall calls it at once and the cause carries what it found", () => {
  expect(findingOf(read("redirect", "host"), null)).toEqual({ reason: "redirect:host", sentence: "Asked from outside: It is redirect." }); // biome-ignore format: one line
  expect(findingOf(REFUSED, read("gate_refused", "wrong_contract")).reason).toBe("wrong_contract");
  expect(findingOf(REFUSED, read("server_error", "500")).reason).toBe("server_error:500");
  expect(findingOf(read("dns_failure"), read("gate_admitted")).reason).toBe("dns_failure");
});

test("if the gate answers well, it is the scheduler that did not call", () => {
  for (const genuine of [null, read("gate_admitted"), read("answered")]) {
    const finding = findingOf(REFUSED, genuine);
    expect(finding.reason).toBe("scheduler_side");
    expect(finding.sentence).toContain("the scheduler did not call");
  }
  expect(findingOf(read("fail_open"), read("gate_admitted")).sentence).toContain("lets in whoever calls");
});
