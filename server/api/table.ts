/** Every endpoint below `/api/v1`, in one table. */
import type { Endpoint } from "./endpoint.ts";
import { ACCELERATIONS } from "./endpoints/accelerations.ts";
import { ACCESS } from "./endpoints/access.ts";
import { AROUND } from "./endpoints/around.ts";
import { BOUNDARY } from "./endpoints/boundary.ts";
import { CONNECTIONS } from "./endpoints/connections.ts";
import { DEMO } from "./endpoints/demo.ts";
import { FORESIGHT } from "./endpoints/foresight.ts";
import { FROM_OUTSIDE } from "./endpoints/from-outside.ts";
import { IMPORTS } from "./endpoints/imports.ts";
import { INCIDENTS } from "./endpoints/incidents.ts";
import { RUNS } from "./endpoints/runs.ts";
import { SCHEDULES } from "./endpoints/schedules.ts";
import { SEARCH } from "./endpoints/search.ts";
import { SETTINGS } from "./endpoints/settings.ts";
import { TIMELINE } from "./endpoints/timeline.ts";

export const ENDPOINTS: readonly Endpoint[] = [
  ...SCHEDULES,
  ...FORESIGHT,
  ...IMPORTS,
  ...TIMELINE,
  ...SEARCH,
  ...RUNS,
  ...INCIDENTS,
  ...ACCELERATIONS,
  ...AROUND,
  ...BOUNDARY,
  ...CONNECTIONS,
  ...FROM_OUTSIDE,
  ...ACCESS,
  ...SETTINGS,
  ...DEMO,
];
