/**
 * Failure stories in which no request reaches the gate (contracts.md, section 3): the platform is content or gives up, no
 * decision arrives, the window is missing, and the answer from outside names what stands in the way.
 */
import http, { type ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { type Story, sentAs, useStories } from "#lib/testing/story.ts";
import { SAMPLES, SECRET } from "../../../packages/gate/testing/samples.ts";

const stories = useStories();
const VERCEL = { kind: "vercel-cron", secret: SECRET } as const;
const vercel = { headers: { "user-agent": "vercel-cron/1.0", "x-vercel-cron-schedule": "0 * * * *", authorization: `Bearer ${SECRET}` } }; // biome-ignore format: one line

const html = (title: string): string => `<!doctype html><html><head><title>${title}</title></head><body></body></html>`;
type Answer = (response: ServerResponse, url: string, host: string) => void;
const redirect =
  (status: number, to: (url: string, host: string) => string): Answer =>
  (response, url, host) =>
    void response.writeHead(status, { location: to(url, host) }).end();
const answer =
  (status: number, headers: Readonly<Record<string, string>>, body = ""): Answer =>
  (response) =>
    void response.writeHead(status, headers).end(body);

async function before(
  what: Answer,
  methods: readonly string[] = ["GET"],
): Promise<{ story: Story; origin: string; asked: string[] }> {
  const asked: string[] = [];
  const origin = await stories.serve((request, response) => {
    asked.push(request.url ?? "");
    request.resume().on("end", () => what(response, request.url ?? "/", request.headers.host ?? ""));
  });
  const route = { probeUrl: `${origin}/api/cron/probe`, probeMethods: methods, allowPrivateNetwork: true };
  return { story: await stories.given(VERCEL, { route }), origin, asked };
}

interface Told {
  readonly story: string;
  readonly what: Answer;
  readonly status: number;
  readonly reason: string;
  readonly says: RegExp;
}

const TOLD: readonly Told[] = [
  {
    story: "1: Deployment Protection answers in place of the application",
    what: redirect(302, () => "https://vercel.com/sso-api?url=https%3A%2F%2Fapp.example.com&nonce=1"),
    status: 302,
    reason: "platform_protection:vercel",
    says: /^Vercel's Deployment Protection stands before .*: no scheduled request comes through\.$/,
  },
  {
    story: "1: to one with credentials it answers 401",
    what: answer(401, { "x-vercel-error": "UNAUTHORIZED" }),
    status: 401,
    reason: "platform_protection:vercel",
    says: /^Vercel's Deployment Protection stands before/,
  },
  {
    story: "2: a middleware sends everybody to the login page",
    what: redirect(307, (url) => `/login?next=${encodeURIComponent(url)}`),
    status: 307,
    reason: "redirect:login",
    says: /a login page \(.*\/login\): something before the route wants a person to sign in/,
  },
  {
    story: "3: the slash at the end",
    what: redirect(308, (url) => `${url}/`),
    status: 308,
    reason: "redirect:trailing_slash",
    says: /the same path with or without a slash \(.*\/api\/cron\/probe\/\): schedulers do not follow it/,
  },
  {
    story: "3: a catch-all redirect to the main host",
    what: redirect(308, (url) => `http://www.example.com${url}`),
    status: 308,
    reason: "redirect:host",
    says: /another host \(http:\/\/www\.example\.com\/api\/cron\/probe\): no scheduled request arrives/,
  },
  {
    story: "15: from http to https, where Authorization is dropped",
    what: redirect(301, (url) => `https://127.0.0.1${url}`),
    status: 301,
    reason: "redirect:scheme",
    says: /another scheme \(https:\/\/127\.0\.0\.1\/api\/cron\/probe\): give the scheduler that address/,
  },
  {
    story: "4: the handler takes POST alone, and the platform sends GET",
    what: answer(405, { allow: "POST" }),
    status: 405,
    reason: "method_not_allowed:GET",
    says: /does not take GET there \(405\): it takes POST\./,
  },
  {
    story: "13: Bot Fight Mode challenges the scheduler",
    what: answer(
      403,
      { server: "cloudflare", "cf-mitigated": "challenge", "cf-ray": "8a", "content-type": "text/html" },
      html("Just a moment..."),
    ),
    status: 403,
    reason: "waf_challenge:cloudflare",
    says: /^The firewall before .* \(cloudflare\) asks for proof that a person calls/,
  },
  {
    story: "16: a filter against forged forms refuses the POST",
    what: answer(403, { "content-type": "text/plain" }, "Cross-site POST form submissions are forbidden"),
    status: 403,
    reason: "csrf_rejected:sveltekit",
    says: /protection against forged forms refuses the request \(403\): send JSON/,
  },
  {
    story: "21: something before the gate limits how often it may be called",
    what: answer(429, { "retry-after": "60" }),
    status: 429,
    reason: "rate_limited_upstream",
    says: /limits how often it may be called \(429\)/,
  },
  {
    story: "21: the proxy does not reach the application",
    what: answer(502, { server: "nginx" }, html("502 Bad Gateway")),
    status: 502,
    reason: "bad_gateway:502",
    says: /does not reach the application \(502\)/,
  },
  {
    story: "21: a proxy finds the body too large",
    what: answer(413, { server: "nginx" }, html("413 Request Entity Too Large")),
    status: 413,
    reason: "body_rejected",
    says: /^A proxy before .* refused the body as too large \(413\)\.$/,
  },
  {
    story: "21: the platform gives the function up before it answers",
    what: answer(504, { "x-vercel-error": "FUNCTION_INVOCATION_TIMEOUT" }),
    status: 504,
    reason: "cold_start_timeout:504",
    says: /^The platform of .* gave the function up before it answered \(504\)/,
  },
  {
    story: "nginx is up, and the gate that it asks is not",
    what: answer(500, { server: "nginx/1.22.1", "content-type": "text/html" }, "<html><hr><center>nginx/1.22.1</center></html>"), // biome-ignore format: one line
    status: 500,
    reason: "forward_auth_misconfigured:nginx",
    says: /^nginx before .* answered 500 by itself: most often the gate that it asks is not reached\.$/,
  },
  {
    story: "22: a password stands before staging",
    what: answer(401, { "www-authenticate": 'Basic realm="staging"' }),
    status: 401,
    reason: "edge_basic_auth",
    says: /^A password \(Basic\) stands before .*, and takes the place of the scheduler's proof\.$/,
  },
  {
    story: "nobody put the route there",
    what: answer(404, { "content-type": "text/html" }, html("404")),
    status: 404,
    reason: "route_not_found",
    says: /knows no such path \(404\)/,
  },
];

test.each(TOLD)("story $story", async ({ what, status, reason, says }) => {
  const { story, origin } = await before(what);
  expect(await story.calls(origin, vercel)).toBe(status);
  const told = await story.ends();
  expect(told).toMatchObject({ verdict: "missing", cause: "silent", reason, decisions: [] });
  const asked = "Nothing was heard. Asked from outside: ";
  expect(told.because).toContain(asked);
  expect(told.because?.slice(asked.length)).toMatch(says);
  const verified = await story.verifies();
  expect(verified.green).toBe(false);
  expect(verified.red).toContain(reason);
  expect(verified.sentences.some((sentence) => says.test(sentence))).toBe(true);
  expect(verified.drift).not.toBeNull();
  expect(JSON.stringify(verified)).not.toContain(SECRET);
});

test("story 24: a redirect is not followed, so a login page of 200 behind it is never taken for an open door", async () => {
  const { story, asked } = await before((response, url) =>
    url.startsWith("/login")
      ? response.writeHead(200, { "content-type": "text/html" }).end(html("Log in"))
      : response.writeHead(302, { location: "/login" }).end(),
  );
  const told = await story.ends();
  expect(told).toMatchObject({ verdict: "missing", cause: "silent", reason: "redirect:login" });
  expect(told.because).toMatch(/^Nothing was heard\. Asked from outside: .* a login page /);
  const verified = await story.verifies();
  expect(verified.red).toEqual(["redirect:login"]);
  expect(asked.filter((url) => url.startsWith("/login"))).toEqual([]);
});

describe("story 5: the application lets in whoever calls", () => {
  test("`if (secret && …)` with no secret set: the run comes, and only the matrix finds it", async () => {
    const { story } = await before(answer(200, { "content-type": "application/json" }, '{"ok":true}'));
    const verified = await story.verifies();
    expect(verified.green).toBe(false);
    expect(verified.red).toEqual(["fail_open"]);
    expect(verified.drift).toMatch(/lets in whoever calls/);
  });
  test("it compares with what an unset variable leaves: `Bearer undefined` comes in", async () => {
    const asked = ["Bearer undefined", `Bearer ${SECRET}`];
    const origin = await stories.serve((request, response) => {
      response.writeHead(asked.includes(request.headers.authorization ?? "") ? 200 : 401).end("{}");
    });
    const route = { probeUrl: `${origin}/api/cron/probe`, allowPrivateNetwork: true };
    const story = await stories.given(VERCEL, { route });
    expect(await story.verifies()).toMatchObject({ green: false, red: ["fail_open"] });
  });
});

describe("story 21: nobody answers at all", () => {
  const given = (probeUrl: string) => stories.given(VERCEL, { route: { probeUrl, allowPrivateNetwork: true } });
  /** No decision can come: the incident says what a call from outside runs into. */
  async function starves(story: Story, reason: string, says: RegExp): Promise<void> {
    const told = await story.ends();
    expect(told).toMatchObject({ verdict: "missing", cause: "silent", reason, decisions: [] });
    expect(told.because).toMatch(/^Nothing was heard\. Asked from outside: /);
    expect(told.because).toMatch(says);
  }
  test("the name is not known to DNS", async () => {
    const story = await given("http://nowhere.invalid/api/cron/probe");
    await starves(story, "dns_failure", /nowhere\.invalid/);
    const verified = await story.verifies();
    expect(verified.red).toEqual(["dns_failure"]);
    expect(verified.drift).toMatch(/nowhere\.invalid/);
  });
  test("nothing listens there", async () => {
    const server = http.createServer();
    const port = await new Promise<number>((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port))); // biome-ignore format: one line
    await new Promise((closed) => server.close(closed));
    const story = await given(`http://127.0.0.1:${port}/`);
    await starves(story, "connection_refused", /refuses connections: nothing listens there/);
    const verified = await story.verifies();
    expect(verified.red).toEqual(["connection_refused"]);
    expect(verified.drift).toMatch(/refuses connections: nothing listens there/);
  });
  test("it takes the request and says nothing", async () => {
    const origin = await stories.serve(() => {});
    const story = await given(`${origin}/`);
    await starves(story, "timeout:headers", /took the request and did not answer in time/);
  }, 30_000);
  test("it speaks no TLS", async () => {
    const origin = await stories.serve((_request, response) => void response.end());
    const story = await given(`${origin.replace("http:", "https:")}/`);
    await starves(story, "tls_error:protocol", /does not speak TLS as it should/);
    const verified = await story.verifies();
    expect(verified.red).toEqual(["tls_error:protocol"]);
    expect(verified.drift).toMatch(/does not speak TLS as it should/);
  });
});

test("a scheduled request as its platform sends it is what the matrix sends: behind the right gate all is green", async () => {
  const { hmac } = SAMPLES;
  const held: { guard?: http.RequestListener } = {};
  const origin = await stories.serve((request, response) => held.guard?.(request, response));
  const route = { probeUrl: `${origin}/api/cron/probe`, probeMethods: ["POST"], allowPrivateNetwork: true };
  const story = await stories.given(hmac.config, { route });
  const guard = story.gate({ publicUrl: origin }).node((_request, response) => void response.end("{}"));
  held.guard = (request, response) => void guard(request, response);
  expect(await story.calls(origin, sentAs(await hmac.genuine({ now: stories.moment(60, 3), url: story.url })))).toBe(
    200,
  );
  expect(await story.verifies()).toEqual({ green: true, red: [], sentences: [], drift: null });
});
