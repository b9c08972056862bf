import type { Actor } from "#lib/access/actor.ts";

export const ADMIN_ID = "019b0000-0000-7000-8000-000000000001";
export const ADA = {
  ...{ kind: "person", id: ADMIN_ID, name: "Ada Admin", email: "ada@example.com", role: "admin" },
  sessionId: "019b0000-0000-7000-8000-0000000000ff",
} as const satisfies Actor;
