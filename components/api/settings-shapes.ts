/** What the JSON API answers about settings, as far as their screens read it. */

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly name: string };
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Webhook {
  readonly name: string;
  readonly url: string;
  readonly secret: string | { readonly set: boolean; readonly length: number; readonly updatedAt: string };
  readonly events: readonly string[] | null;
  readonly createdAt: string;
  readonly version: number;
}

/** One message to a webhook. */
export interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly state: "waiting" | "delivered" | "gave_up";
  readonly createdAt: string;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly deliveredAt: string | null;
  readonly gaveUpAt: string | null;
  readonly status: number | null;
  readonly error: string | null;
}

export interface ChangeMarker {
  readonly id: string;
  readonly at: string;
  readonly title: string;
  readonly url: string | null;
  /** `null`: all of them. */
  readonly schedules: readonly string[] | null;
  readonly by: string;
}

export interface Held {
  readonly rows: number;
  readonly bytes: number;
}

export interface Retention {
  readonly runsSeconds: number;
  readonly logsSeconds: number;
  readonly decisionsSeconds: number;
  readonly attemptsSeconds: number;
  readonly rollupsSeconds: number;
  /** `null`: for ever. */
  readonly auditSeconds: number | null;
  readonly messagesSeconds: number;
  readonly held: Readonly<Record<"runs" | "decisions" | "attempts" | "rollups" | "audit" | "messages", Held>>;
  readonly byEnvironment: boolean;
  readonly version: number;
}

export interface PingKey {
  readonly key: string;
  readonly previousUntil: string | null;
  readonly byEnvironment: boolean;
}

export interface About {
  readonly version: string;
  readonly license: string;
  readonly node: string;
  readonly upSince: string;
  readonly database: {
    readonly kind: "embedded" | "yours";
    readonly version: string;
    readonly bytes: number;
    readonly place: string | null;
  };
  readonly dataDir: string | null;
  readonly publicUrl: string;
  readonly schedules: number;
  readonly runs: number;
  readonly tables: readonly { readonly name: string; readonly bytes: number; readonly rows: number }[];
  readonly processes: readonly {
    readonly id: string;
    readonly role: string;
    readonly startedAt: string;
    readonly seenAt: string;
    readonly spooling: boolean;
    readonly up: boolean;
  }[];
  readonly lastBackup: { readonly at: string; readonly file: string | null } | null;
}
