"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useForm } from "react-hook-form";
import type { Route } from "#components/api/boundary.ts";
import { api, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { List } from "#components/api/shapes.ts";
import { LeaveDialog } from "#components/forms/leave-dialog.tsx";
import { resolverOf } from "#components/forms/resolver.ts";
import { emptyRoute, pathInForm, type RouteValues, routeBody, routeValues, wrongInRoute } from "#components/forms/route-values.ts"; // biome-ignore format: one line
import { useLeaveGuard } from "#components/forms/use-leave-guard.ts";
import { Button } from "#components/ui/button.tsx";
import { Crumbs } from "#components/ui/crumbs.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Tag } from "#components/ui/page.tsx";
import { ShownOnce } from "#components/ui/shown-once.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { ContractFields } from "./contract-fields.tsx";
import { RouteConflict } from "./route-conflict.tsx";
import { WayFields } from "./way-fields.tsx";

const pathOf = (name: string): string => `/routes/${encodeURIComponent(name)}`;
const homeOf = (name: string): string => `/boundary/${encodeURIComponent(name)}`;

async function isTaken(name: string): Promise<boolean> {
  // A list answers 200 whether there is one or not: a browser tells of a 404 in its console.
  const known = await api<List<Route>>("/routes?limit=1000");
  return known.items.some((one) => one.name === name);
}

/** Makes or changes a protected route. What is typed of a secret is sent, and never shown again. */
export function RouteForm({ before }: { readonly before: Route | null }) {
  const router = useRouter();
  const client = useQueryClient();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [made, setMade] = useState<{ readonly name: string; readonly gateKey: string } | null>(null);
  const [theirs, setTheirs] = useState<Route | null>(null);
  const form = useForm<RouteValues>({
    defaultValues: before ? routeValues(before) : emptyRoute(),
    resolver: resolverOf((values) => wrongInRoute(values, before)),
    mode: "onTouched",
  });
  const { register, handleSubmit, watch, setError, formState, getValues } = form;
  const [sameCaller, hasManual] = watch(["sameCaller", "hasManual"]);
  const guard = useLeaveGuard(formState.isDirty && made === null);

  function refused(thrown: unknown): void {
    const errors = isApiProblem(thrown) ? thrown.errors : [];
    for (const { path, message } of errors) {
      setError(pathInForm(path) as "url", { type: "server", message }, { shouldFocus: true });
    }
    setRefusal(wordsOf(thrown));
  }

  async function save(typed: RouteValues, from: Route | null): Promise<void> {
    setRefusal(null);
    const name = from?.name ?? typed.name;
    try {
      if (from === null && (await isTaken(name))) {
        setError("name", { type: "server", message: "is taken" }, { shouldFocus: true });
        return;
      }
      const stored = await api<Route>(pathOf(name), { method: "PUT", body: routeBody(typed), ifMatch: from?.version });
      guard.release();
      setTheirs(null);
      const { gateKey } = stored;
      await client.invalidateQueries({ queryKey: KEYS.routes() });
      if (typeof gateKey === "string") setMade({ name, gateKey });
      else {
        client.setQueryData(KEYS.route(name), stored);
        toast.success(`Saved: ${name}`);
        router.push(homeOf(name));
        router.refresh();
      }
    } catch (thrown) {
      if (from && isApiProblem(thrown) && thrown.status === 412) {
        const read = await api<Route>(pathOf(name)).catch(refused);
        if (read) setTheirs(read);
      } else refused(thrown);
    }
  }
  const submit = handleSubmit((typed) => save(typed, before));
  const check = "flex items-center gap-2";
  return (
    <form onSubmit={submit} noValidate>
      <Page
        crumb={
          <Crumbs
            above={[
              { name: "Boundary", href: "/boundary" },
              ...(before ? [{ name: before.name, href: homeOf(before.name) }] : []),
            ]}
            here={before ? "edit" : "new"}
          />
        }
        title={before ? before.name : "A route that only its scheduler may call"}
        beside={
          before ? (
            <Tag>
              version {before.version} → {before.version + 1}
            </Tag>
          ) : undefined
        }
        actions={
          <>
            <Button look="quiet" onClick={() => guard.goTo(before ? homeOf(before.name) : "/boundary")}>
              Discard
            </Button>
            <Button type="submit" look="primary" busy={formState.isSubmitting}>
              {before ? "Save" : "Make the route"}
            </Button>
          </>
        }
      >
        <div className="mt-4 grid max-w-[760px] gap-5">
          {refusal === null ? null : <Notice look="bad">{refusal}</Notice>}
          {before?.warnings.map(({ code, path, message }) => (
            <Notice key={`${code} ${path}`} look="bad">
              {message}
            </Notice>
          ))}
          {before === null ? (
            <Field
              label="Name"
              placeholder="cron-api"
              spellCheck={false}
              autoComplete="off"
              hint="The gate reports under it, and schedules say that they cross it."
              error={formState.errors.name?.message}
              {...register("name")}
            />
          ) : null}
          <fieldset className="grid gap-3 rounded-[8px] border border-line bg-surface p-4">
            <legend className="sr-only">What the gate lets in</legend>
            <ContractFields
              form={form}
              part="contract"
              label="The gate lets in what proves itself as"
              before={before?.contract ?? null}
            />
          </fieldset>
          <fieldset className="grid gap-3 rounded-[8px] border border-line bg-surface p-4">
            <legend className="sr-only">Who calls it</legend>
            <label className={check}>
              <input type="checkbox" {...register("sameCaller")} className="accent-(--accent)" /> The platform that
              calls it proves itself in the same way
            </label>
            {sameCaller ? null : (
              <>
                <p className="text-ink-2">
                  The matrix proves itself as the caller does, so that the gate is not only asked whether it agrees with
                  itself.
                </p>
                <ContractFields form={form} part="caller" label="It is called by" before={before?.caller ?? null} />
              </>
            )}
            <label className={check}>
              <input type="checkbox" {...register("hasManual")} className="accent-(--accent)" /> People and tools of
              ours may call it too, with a proof of their own
            </label>
            {hasManual ? (
              <ContractFields
                form={form}
                part="manual"
                label="They prove themselves by"
                before={before?.manual ?? null}
              />
            ) : null}
          </fieldset>
          <WayFields form={form} before={before} />
        </div>
      </Page>
      {guard.leaving === null ? null : <LeaveDialog onStay={guard.stay} onLeave={guard.leave} />}
      {before && theirs ? (
        <RouteConflict
          before={before}
          theirs={theirs}
          busy={formState.isSubmitting}
          onOverwrite={() => save(getValues(), theirs)}
          onTheirs={() => {
            guard.release();
            window.location.reload();
          }}
          onClose={() => setTheirs(null)}
        />
      ) : null}
      {made ? (
        <ShownOnce
          title={`The gate key of ${made.name}`}
          lead="The gate signs its answers with this, and its tickets verify under it. Give it to the gate as ROLLCALL_GATE_KEY: it is shown this once."
          label="Gate key"
          text={made.gateKey}
          onClose={() => {
            router.push(homeOf(made.name));
            router.refresh();
          }}
        />
      ) : null}
    </form>
  );
}
