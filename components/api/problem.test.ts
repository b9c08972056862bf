import { describe, expect, it } from "vitest";
import { problemOf, queryString, wordsOf } from "./client.ts";

describe("what the API refuses, in words", () => {
  it("takes the sentences of problem+json", () => {
    const problem = problemOf(409, {
      title: "Conflict",
      code: "acknowledged",
      detail: "Incident 3 was acknowledged by Rosa already.",
      doNext: "Read the present state and decide again.",
      errors: [{ path: "note", message: "must not be empty" }, { nothing: true }],
    });
    expect(problem).toMatchObject({ code: "acknowledged", status: 409, errors: [{ path: "note" }] });
    expect(problem).toMatchObject({ message: "Incident 3 was acknowledged by Rosa already." });
    expect(wordsOf(problem)).toBe(
      "Incident 3 was acknowledged by Rosa already. Read the present state and decide again.",
    );
  });

  it("has words for an answer that is none", () => {
    expect(wordsOf(problemOf(502, null))).toBe("Rollcall answered 502. Try again in a moment.");
    expect(wordsOf(new TypeError("fetch failed"))).toBe("Rollcall did not answer. Check the connection and try again.");
  });

  it("leaves out of a query what is not set", () => {
    expect(queryString({ q: "a b", tag: "", limit: 5, cursor: null, at: undefined })).toBe("?q=a+b&limit=5");
  });
});
