/** What a person types about who fires a schedule, and what of it is sent. Pure. */
import { lengthText, readLength } from "#components/time/length.ts";
import type { FieldError } from "#lib/problem.ts";
import type { maskedDriver } from "#lib/schedules/driver-secrets.ts";

/** As it is read: a header that holds a secret only says that it is set. */
export type DriverShown = ReturnType<typeof maskedDriver>;

/** Who fires it, as it is chosen. `connected`: a scheduler that Rollcall reaches over a connection. */
export type FiredBy = "external" | "rollcall" | "connected";

export interface HeaderValues {
  readonly name: string;
  readonly value: string;
  /** The length of the secret that is stored and stays while nothing is typed; `null`: there is none. */
  readonly kept: number | null;
}

export interface DriverValues {
  readonly by: FiredBy;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly HeaderValues[];
  readonly body: string;
  readonly contract: string;
  readonly timeout: string;
  readonly successCodes: string;
  readonly retries: string;
  readonly overlap: string;
  readonly catchUp: string;
  readonly runs: string;
  readonly allowPrivateNetwork: boolean;
  /** The kind of the connection that is chosen. */
  readonly connectedKind: string;
  readonly connection: string;
  readonly ref: string;
}

export const emptyDriver: DriverValues = {
  ...{ by: "external", url: "", method: "POST", headers: [], body: "", contract: "rollcall", timeout: "30 s" },
  ...{ successCodes: "200-299", retries: "0", overlap: "allow", catchUp: "skip", runs: "answer" },
  ...{ allowPrivateNetwork: false, connectedKind: "", connection: "", ref: "" },
};

export function driverValues(driver: DriverShown): DriverValues {
  if (driver.kind === "external") return emptyDriver;
  if (driver.kind !== "rollcall") {
    const { kind, connection, ref } = driver;
    return { ...emptyDriver, by: "connected", connectedKind: kind, connection, ref };
  }
  const { target } = driver;
  return {
    ...emptyDriver,
    ...{ by: "rollcall", url: target.url, method: target.method, body: target.body, contract: target.contract },
    headers: Object.entries(target.headers).map(([name, value]) =>
      typeof value === "string" ? { name, value, kept: null } : { name, value: "", kept: value.length },
    ),
    ...{ timeout: lengthText(target.timeoutSeconds), successCodes: target.successCodes },
    ...{ retries: String(target.retries), overlap: target.overlap, catchUp: target.catchUp, runs: target.runs },
    allowPrivateNetwork: target.allowPrivateNetwork,
  };
}

const headersOf = (headers: readonly HeaderValues[]): Record<string, unknown> =>
  Object.fromEntries(
    headers
      .filter(({ name }) => name.trim() !== "")
      .map(({ name, value, kept }) => [
        name.trim(),
        value === "" && kept !== null ? { set: true, length: kept } : value.trim(),
      ]),
  );

/** As it is sent. */
export function driverBody(values: DriverValues): Readonly<Record<string, unknown>> {
  switch (values.by) {
    case "external":
      return { kind: "external" };
    case "connected":
      return { kind: values.connectedKind, connection: values.connection, ref: values.ref.trim() };
    case "rollcall":
      return {
        kind: "rollcall",
        target: {
          ...{ url: values.url.trim(), method: values.method, headers: headersOf(values.headers), body: values.body },
          ...{ contract: values.contract, timeoutSeconds: readLength(values.timeout) },
          ...{ successCodes: values.successCodes.replace(/\s/g, ""), retries: Number(values.retries) },
          ...{ overlap: values.overlap, catchUp: values.catchUp, runs: values.runs },
          allowPrivateNetwork: values.allowPrivateNetwork,
        },
      };
  }
}

/** What of it cannot even be sent. */
export function wrongInDriver(values: DriverValues): FieldError[] {
  if (values.by === "external") return [];
  if (values.by === "connected") {
    return [
      ...(values.connection === "" ? [{ path: "driver.connection", message: "Choose the connection." }] : []),
      ...(values.ref.trim() === "" ? [{ path: "driver.ref", message: "Name the job there." }] : []),
    ];
  }
  const errors: FieldError[] = [];
  if (values.url.trim() === "") errors.push({ path: "driver.url", message: "Say which address it calls." });
  if (readLength(values.timeout) === null) errors.push({ path: "driver.timeout", message: "Write a length such as 30 s." }); // biome-ignore format: one line
  if (!/^\d{1,2}$/.test(values.retries.trim())) errors.push({ path: "driver.retries", message: "Write a number from 0 to 10." }); // biome-ignore format: one line
  const named = new Set<string>();
  for (const { name, value } of values.headers) {
    const key = name.trim().toLowerCase();
    if (key === "" && value !== "") errors.push({ path: "driver.headers", message: "A header needs a name." });
    if (key !== "" && named.has(key)) errors.push({ path: "driver.headers", message: `${name} stands there twice.` });
    named.add(key);
  }
  return errors;
}

/** What is wrong with a field of the group. */
export type DriverErrors = (name: string) => string | undefined;

const FIELD_OF: Readonly<Record<string, string>> = { timeoutSeconds: "timeout", kind: "by" };
const NAMES = new Set(Object.keys(emptyDriver));

/** The field of the form that a path of the API's body speaks of: `driver.target.url` → `driver.url`. */
export function driverField(path: string): string | null {
  const [first, ...rest] = path.split(".");
  if (first !== "driver") return null;
  const name = (rest[0] === "target" ? rest[1] : rest[0]) ?? "";
  const field = FIELD_OF[name] ?? name;
  return NAMES.has(field) ? `driver.${field}` : "driver.url";
}

/** As it is read in a list of what differs: what is as by default is left out. */
export function driverText(values: DriverValues): string {
  if (values.by === "external") return "somebody else; Rollcall watches";
  if (values.by === "connected") return `${values.connectedKind} over ${values.connection}: ${values.ref}`;
  const names: Readonly<Partial<Record<keyof DriverValues, string>>> = {
    ...{ contract: "proof", timeout: "time-out", successCodes: "success", retries: "retries", overlap: "overlap" },
    ...{ catchUp: "caught up", runs: "runs by" },
  };
  const other = Object.entries(names)
    .filter(([name]) => values[name as keyof DriverValues] !== emptyDriver[name as keyof DriverValues])
    .map(([name, words]) => `${words} ${String(values[name as keyof DriverValues])}`);
  const headers = values.headers.filter(({ name }) => name !== "");
  const more = [
    ...other,
    ...(headers.length === 0
      ? []
      : [`headers ${headers.map(({ name, kept, value }) => (kept !== null && value === "" ? name : `${name} (${value.length})`)).join(", ")}`]), // biome-ignore format: one line
    ...(values.body === "" ? [] : [`a body of ${values.body.length}`]),
    ...(values.allowPrivateNetwork ? ["private network allowed"] : []),
  ];
  return [`Rollcall calls ${values.method} ${values.url}`, ...more].join("; ");
}
