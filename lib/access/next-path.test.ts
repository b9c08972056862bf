import { expect, it } from "vitest";
import { nextPath } from "./next-path.ts";

it.each(["/", "/account", "/incidents/12?tab=way#note", "/schedules/a%2Fb"])("keeps %s", (path) =>
  expect(nextPath(path)).toBe(path),
);

it.each([
  undefined,
  "",
  "account",
  "https://evil.example/",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/a/..//evil.example",
  "/./\n/evil.example",
  "javascript:alert(1)",
  "/sign-in?next=/",
  "/setup/abc",
  "/api/auth/signout",
  ["/account"],
])("takes none of %j", (path) => expect(nextPath(path)).toBe("/"));
