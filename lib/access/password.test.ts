import { expect, it } from "vitest";
import { hashPassword, passwordFits, passwordProblem } from "./password.ts";

const weak = (password: string) => passwordProblem(password, { email: "ada@example.com" })?.message ?? null;
const fits = async (password: string, stored: string | null): Promise<boolean> => {
  const answer = await passwordFits(password, stored);
  return answer.ok && answer.value;
};

it("has at least 10 characters, at most 200, and is not the e-mail", () => {
  expect(weak("123456789")).toMatch("at least 10");
  expect(weak("1234567890")).toBeNull();
  expect(weak("🙂".repeat(9))).toMatch("at least 10");
  expect(weak("x".repeat(200))).toBeNull();
  expect(weak("x".repeat(201))).toMatch("at most 200");
  expect(weak(" ADA@example.com")).toMatch("e-mail");
});

it("is stored as argon2id with 19 MiB, 2 iterations, 1 lane", async () => {
  const hashed = await hashPassword("correct horse");
  expect(hashed.ok && hashed.value).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

it("fits only itself, however a keyboard composed it", async () => {
  const hashed = await hashPassword("crème brûlée");
  if (!hashed.ok) throw new Error();
  expect(await fits("crème brûlée".normalize("NFD"), hashed.value)).toBe(true);
  expect(await fits("crème brulée", hashed.value)).toBe(false);
  expect(await fits("", hashed.value)).toBe(false);
});

it("takes the same work where there is no password, and never fits", async () => {
  const hashed = await hashPassword("correct horse");
  if (!hashed.ok) throw new Error();
  const median = async (stored: string | null): Promise<number> => {
    const took: number[] = [];
    for (let i = 0; i < 9; i++) {
      const began = performance.now();
      expect(await fits("wrong horse", stored)).toBe(false);
      took.push(performance.now() - began);
    }
    return took.sort((a, b) => a - b)[4] ?? 0;
  };
  const [known, unknown] = [await median(hashed.value), await median(null)];
  expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(3);
});

it("keeps the event loop free, and refuses when too many wait", async () => {
  let turns = 0;
  const turning = setInterval(() => turns++, 1);
  const answers = await Promise.all(Array.from({ length: 110 }, () => passwordFits("wrong horse", null)));
  clearInterval(turning);
  expect(turns).toBeGreaterThan(20);
  const refused = answers.filter((answer) => !answer.ok);
  expect(refused).toHaveLength(8);
  expect(refused[0]).toMatchObject({ problem: { status: 503, retry: "later" } });
  expect(await fits("wrong horse", null)).toBe(false);
});
