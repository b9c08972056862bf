import { expect, it } from "vitest";
import { accountSubject, addressSubject } from "./sign-in-limit.ts";

it("counts a whole /64 as one address", () => {
  expect(addressSubject("192.0.2.1")).toBe("address 192.0.2.1");
  expect(addressSubject("2001:db8:1:2:3:4:5:6")).toBe("address 2001:db8:1:2::/64");
  expect(addressSubject("2001:db8:1:2::6")).toBe("address 2001:db8:1:2::/64");
  expect(addressSubject("2001:db8::6")).toBe("address 2001:db8:0:0::/64");
  expect(addressSubject("::1")).toBe("address 0:0:0:0::/64");
});

it("knows an account by its address in any case, and does not keep what was typed", () => {
  expect(accountSubject(" Ada@Example.com")).toBe(accountSubject("ada@example.com"));
  expect(accountSubject("hunter2hunter2")).not.toContain("hunter2");
});
