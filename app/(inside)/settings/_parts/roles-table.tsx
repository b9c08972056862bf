import { ROLES, type Role } from "#lib/access/actor.ts";

/** domain.md, Roles. */
const MAY: readonly { readonly what: string; readonly from: Role }[] = [
  { what: "See everything but secrets", from: "viewer" },
  { what: "Acknowledge, note, assign, snooze, resolve incidents; run a matrix", from: "responder" },
  { what: "Accelerate, revert, pause, resume, run now, make good, set maintenance", from: "operator" },
  { what: "Edit schedules, routes, connections, channels, keys, people; read the audit log", from: "admin" },
];

/** What each role may do. */
export function RolesTable() {
  return (
    <div className="overflow-x-auto rounded-[8px] border border-line bg-surface">
      <table className="w-full border-collapse">
        <caption className="sr-only">What each role may do</caption>
        <thead>
          <tr>
            <td />
            {ROLES.map((role) => (
              <th key={role} scope="col" className="px-3 py-2 text-s font-medium text-ink-3 max-sm:px-1">
                {role}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {MAY.map(({ what, from }) => (
            <tr key={from} className="border-t border-line">
              <th scope="row" className="px-[14px] py-2 text-left font-normal sm:min-w-[200px]">
                {what}
              </th>
              {ROLES.map((role) => (
                <td key={role} className="px-3 py-2 text-center max-sm:px-1">
                  {ROLES.indexOf(role) >= ROLES.indexOf(from) ? (
                    <>
                      <span aria-hidden="true">✓</span>
                      <span className="sr-only">yes</span>
                    </>
                  ) : (
                    <span className="sr-only">no</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
