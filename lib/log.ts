/** What happened, one line each: JSON for machines, plain lines on a terminal. */
import pino from "pino";

const LEVELS: Readonly<Record<number, string>> = { 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal" };

const plain = {
  write(line: string): void {
    const { level, time, msg, err, ...rest } = JSON.parse(line);
    const more = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : "";
    const stack = err?.stack ? `\n${err.stack}` : "";
    const name = level === 30 ? "" : `${LEVELS[level] ?? level}: `;
    process.stdout.write(`${String(time).slice(11, 19)} ${name}${msg ?? ""}${more}${stack}\n`);
  },
};

const options: pino.LoggerOptions = {
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  // A belt for the braces: nobody should log these.
  redact: ["*.password", "*.secret", "*.token", "*.authorization", "*.cookie", "*.headers"],
};

export type Logger = pino.Logger;

export const log: Logger = process.stdout.isTTY ? pino(options, plain) : pino(options);
