import { describe, expect, it } from "vitest";
import type { Connection, DriverKind } from "#components/api/connections.ts";
import { connectionBody, connectionValues, wrongInConnection } from "./connection-values.ts";

const driver: DriverKind = {
  ...{ kind: "pg-cron", label: "pg_cron", refWords: "the job", cannot: [] },
  can: { discover: true, read: true, apply: true, history: true, fire: true },
  fields: [
    { name: "host", type: "text", required: true, words: "the host" },
    { name: "port", type: "whole", required: false, fallback: 5432, words: "its port" },
    { name: "password", type: "secret", required: false, words: "the password" },
    { name: "tls", type: "choice", required: false, choices: ["verify", "off"], fallback: "verify", words: "tls" },
    { name: "readOnly", type: "flag", required: false, fallback: false, words: "only reads" },
  ],
};
const stored: Connection = {
  ...{ name: "main", kind: "pg-cron", schedules: [], failing: null, unreadable: false, createdAt: "", version: 2 },
  ...{ host: "db", port: 5433, password: { set: true, length: 12 }, tls: "off", readOnly: true },
};
const known = { kept: () => true };

describe("what is typed of a connection", () => {
  it("begins with what its driver falls back to, and sends what is stored as it was", () => {
    expect(connectionBody(connectionValues(driver, null), driver)).toEqual({ kind: "pg-cron", name: "", port: 5432, tls: "verify", readOnly: false }); // biome-ignore format: one line
    expect(connectionBody(connectionValues(driver, stored), driver)).toEqual({ kind: "pg-cron", name: "main", host: "db", port: 5433, tls: "off", readOnly: true }); // biome-ignore format: one line
  });

  it("sends a secret that was typed, and takes one away that is to go", () => {
    const values = connectionValues(driver, stored);
    const typed = { ...values, fields: { ...values.fields, password: " new " } };
    expect(connectionBody(typed, driver)).toMatchObject({ password: " new " });
    expect(connectionBody({ ...typed, removed: { password: true } }, driver)).toMatchObject({ password: null });
  });

  it("says what is missing or no number, at its field", () => {
    const values = connectionValues(driver, null);
    const wrong = wrongInConnection({ ...values, fields: { ...values.fields, port: "x" } }, driver, { kept: () => false }); // biome-ignore format: one line
    expect(wrong.map(({ path }) => path)).toEqual(["name", "host", "port"]);
    expect(wrongInConnection(connectionValues(driver, stored), driver, known)).toEqual([]);
  });
});
