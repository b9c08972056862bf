import type { NextConfig } from "next";

export default {
  poweredByHeader: false,
  // `npm run check` runs tsc over everything; a build in a fresh clone need not do it again.
  typescript: { ignoreBuildErrors: true },
  experimental: { useTypeScriptCli: true },
  // In development Next would print what they were called with, and the addresses of one-time links.
  logging: { serverFunctions: false, incomingRequests: { ignore: [/^\/setup\//] } },
  // Loaded from node_modules as they are: native parts, and what the server has in memory already.
  serverExternalPackages: [
    "pg",
    "pino",
    "@node-rs/argon2",
    "@prisma/client",
    "@prisma/adapter-pg",
    "bullmq",
    "ioredis",
    "@kubernetes/client-node",
  ],
} satisfies NextConfig;
