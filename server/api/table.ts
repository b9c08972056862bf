/** Every endpoint below `/api/v1`, in one table. */
import type { Endpoint } from "./endpoint.ts";
import { SCHEDULES } from "./endpoints/schedules.ts";

export const ENDPOINTS: readonly Endpoint[] = [...SCHEDULES];
