import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { PrismaClient } from "#lib/db/generated/client.ts";

/** Prisma's client over a pool that others use too; ending the pool is its owner's business. */
export const makePrisma = (pool: pg.Pool): PrismaClient =>
  new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
