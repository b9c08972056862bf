#!/usr/bin/env python3
"""Rollcall's agent for cron: reads and sets the times of lines in crontabs, and nothing else.

One file, Python 3.8 or later, no other package. It answers signed requests of one Rollcall: whoever holds the key can
see the lines of the tables that are named here and change when they run; neither what they run nor as whom.

    python3 agent.py --new-key /etc/rollcall-agent.key
    python3 agent.py --key-file /etc/rollcall-agent.key --table cron.d/app --table user/alice \\
        --listen 0.0.0.0:8432 --cert /etc/ssl/agent.pem --cert-key /etc/ssl/agent.key
"""
import argparse, base64, fcntl, hashlib, hmac, json, math, os, pwd, re, secrets, ssl, stat, subprocess, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_REQUEST = 16_384
LARGEST_TABLE = 1_000_000
LARGEST_PAGE = 12_000  # Rollcall reads 16 kB of an answer
LONGEST_LINE = 2_000
LONGEST_COMMAND = 200
FRESH_SECONDS = 300
LOCK_SECONDS = 10
TRIES = 5

# --- The text of a table: the same rules as lib/drivers/crontab/table.ts -------------------------------------------

ASSIGNMENT = re.compile(rb"""[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^ \t\n="']+))[ \t]*=[ \t]*([^\n]*)""")
ROW = re.compile(rb"([ \t]*-?)(@[A-Za-z]+|(?:[0-9A-Za-z*/,-]+[ \t]+){4}[0-9A-Za-z*/,-]+)([ \t]+([^ \t\n][^\n]*))")
USER = re.compile(rb"([^ \t\n]+)[ \t]+([^ \t\n][^\n]*)")
NUMBERS = re.compile(rb"[0-9*/,-]*[0-9*][0-9*/,-]*")
TIME = re.compile(rb"(?:@[a-z]+|(?:[0-9A-Za-z*/,-]+[ \t]+){4}[0-9A-Za-z*/,-]+)")
KEPT = re.compile(rb"# rollcall keeps the time of the next line: ([^\r\n]+)")
SKIPPED = re.compile(rb"[ \t]*(?:#|$)")
QUOTED = re.compile(rb"""(["'])([^\n]*)\1""")


def has_numbers(written):
    return all(NUMBERS.fullmatch(field) for field in re.split(rb"[ \t]+", written)[:3])


def is_time(written):
    return len(written) <= 200 and bool(TIME.fullmatch(written)) and (written.startswith(b"@") or has_numbers(written))


def rows_of(text, with_user):
    rows, seen, cron_tz, above = [], {}, None, b""
    for number, line in enumerate(text.split(b"\n")):
        previous, above = above, line
        if len(line) > LONGEST_LINE or SKIPPED.match(line):
            continue
        assigned = ASSIGNMENT.fullmatch(line)
        if assigned:
            name = next((one for one in assigned.groups()[:3] if one is not None), b"")
            if name == b"CRON_TZ":
                value = assigned.group(4).rstrip(b" \t\r")
                quoted = QUOTED.fullmatch(value)
                cron_tz = (quoted.group(2) if quoted else value) or None
            continue
        found = ROW.fullmatch(line)
        if not found:
            continue
        before, written, after, rest = found.groups()
        if written.lower() == b"@reboot" or not (written.startswith(b"@") or has_numbers(written)):
            continue
        user, command = None, rest
        if with_user:
            split = USER.fullmatch(rest)
            if not split:
                continue
            user, command = split.groups()
        key = hashlib.sha256((user or b"") + b"\n" + command).hexdigest()[:12]
        seen[key] = seen.get(key, 0) + 1
        kept = KEPT.fullmatch(previous)
        rows.append({
            "line": number, "before": before, "time": written, "after": after, "user": user, "command": command,
            "key": key if seen[key] == 1 else "%s-%d" % (key, seen[key]),
            "cronTz": cron_tz, "original": kept.group(1) if kept else None,
        })
    return rows


def with_time(text, row, put):
    if not is_time(put):
        raise ValueError("this is no time of a crontab")
    if put == row["time"]:
        return text
    lines = text.split(b"\n")
    lines[row["line"]] = row["before"] + put + row["after"]
    if row["original"] == put:
        del lines[row["line"] - 1]
    elif row["original"] is None:
        lines.insert(row["line"], b"# rollcall keeps the time of the next line: " + row["time"])
    return b"\n".join(lines)


# --- Tables on this machine -----------------------------------------------------------------------------------------


class Problem(Exception):
    def __init__(self, kind, sentence):
        super().__init__(sentence)
        self.kind, self.sentence = kind, sentence


class FileTable:
    """/etc/crontab, or a file of /etc/cron.d. Only what cron itself would take is touched."""

    with_user = True

    def __init__(self, path):
        self.path, self.folder = path, os.path.dirname(path)

    def _trusted(self, facts):
        return facts.st_uid in (0, os.geteuid()) and not facts.st_mode & 0o022

    def read(self):
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            raise Problem("not_found", "There is no %s." % self.path)
        except OSError as error:
            raise Problem("refused", "The table %s cannot be read: %s." % (self.path, error.strerror))
        with os.fdopen(handle, "rb") as opened:
            facts = os.fstat(opened.fileno())
            if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1 or facts.st_size > LARGEST_TABLE:
                raise Problem("refused", "The table %s is no regular file with one name and a bearable size." % self.path)
            if not self._trusted(facts) or not self._trusted(os.stat(self.folder)):
                raise Problem("refused", "The table %s, or its folder, is not root's alone." % self.path)
            self.facts = facts
            return opened.read()

    def write(self, before, text):
        """False, and nothing written, where another table stands there by now."""
        facts = self.facts
        begins = ".%s.rollcall-" % os.path.basename(self.path)
        temporary = os.path.join(self.folder, begins + secrets.token_hex(6))
        try:
            # Left by a writer that was killed: whoever holds the lock writes alone.
            for name in os.listdir(self.folder):
                if name.startswith(begins):
                    os.unlink(os.path.join(self.folder, name))
            earlier = os.stat(self.folder).st_mtime
            handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as opened:
                opened.write(text)
                opened.flush()
                os.fchown(opened.fileno(), facts.st_uid, facts.st_gid)
                os.fchmod(opened.fileno(), stat.S_IMODE(facts.st_mode))
                # cron looks at times of change in whole seconds: two changes within one must not look like one.
                moved = max(time.time(), math.floor(facts.st_mtime) + 1)
                os.utime(opened.fileno(), (moved, moved))
                os.fsync(opened.fileno())
            if self.read() != before or self.facts.st_ino != facts.st_ino:
                return False
            os.rename(temporary, self.path)
            if math.floor(os.stat(self.folder).st_mtime) <= math.floor(earlier):
                os.utime(self.folder, (math.floor(earlier) + 1,) * 2)
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            os.fsync(folder)
            os.close(folder)
            return True
        except OSError as error:
            raise Problem("refused", "The table %s cannot be written: %s." % (self.path, error.strerror))
        finally:
            try:
                os.unlink(temporary)
            except FileNotFoundError:
                pass


class UserTable:
    """A user's own table, through crontab(1)."""

    with_user = False

    def __init__(self, user):
        self.user = user

    def _crontab(self, *args, **more):
        mine = pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() != 0 and self.user != mine:
            raise Problem("refused", "The agent runs as %s, who may not touch the crontab of %s." % (mine, self.user))
        own = ["-u", self.user] if os.geteuid() == 0 else []
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        try:
            return subprocess.run(["crontab", *own, *args], capture_output=True, timeout=10, env=environment, **more)
        except (OSError, subprocess.TimeoutExpired):
            raise Problem("refused", "crontab(1) does not answer.")

    def read(self):
        done = self._crontab("-l", stdin=subprocess.DEVNULL)
        if done.returncode == 0:
            return done.stdout
        if b"no crontab for" in done.stderr:
            raise Problem("not_found", "The user %s has no crontab." % self.user)
        raise Problem("refused", "The crontab of %s cannot be read." % self.user)

    def write(self, before, text):
        if self.read() != before:
            return False
        if self._crontab("-", input=text).returncode != 0:
            raise Problem("refused", "crontab(1) does not take the table of %s." % self.user)
        return True


def table_named(name, etc):
    if name == "crontab":
        return FileTable(os.path.join(etc, "crontab"))
    found = re.fullmatch(r"cron\.d/([A-Za-z0-9_-]{1,100})", name)
    if found:
        return FileTable(os.path.join(etc, "cron.d", found.group(1)))
    found = re.fullmatch(r"user/([A-Za-z_][A-Za-z0-9_.-]{0,31})", name)
    return UserTable(found.group(1)) if found else None


def machine_zone(etc):
    try:
        return re.search(r"zoneinfo/(?:posix/|right/)?(.+)$", os.readlink(os.path.join(etc, "localtime"))).group(1)
    except (OSError, AttributeError):
        pass
    try:
        with open(os.path.join(etc, "timezone")) as opened:
            return opened.read().strip() or "UTC"
    except OSError:
        return "UTC"


class Lock:
    """flock(2) on the folder of the tables: Rollcall takes the same one on its own machine."""

    def __init__(self, etc):
        folder = os.path.join(etc, "cron.d")
        self.folder = folder if os.path.isdir(folder) else etc

    def __enter__(self):
        self.handle = os.open(self.folder, os.O_RDONLY)
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                return fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() > until:
                    os.close(self.handle)
                    raise Problem("refused", "The table was not touched: somebody else holds the lock.")
                time.sleep(0.05)

    def __exit__(self, *_):
        os.close(self.handle)


def shown(table, row):
    told = {name: row[name] and row[name].decode("utf-8", "replace") for name in ("time", "user", "cronTz", "original")}
    command = row["command"].decode("utf-8", "replace")[:LONGEST_COMMAND]
    return dict(told, table=table, key=row["key"], command=command)


class Tables:
    def __init__(self, names, etc):
        self.names, self.etc = names, etc

    def _find(self, name, key):
        if name not in self.names:
            raise Problem("refused", "The agent was not started for this table.")
        table = table_named(name, self.etc)
        text = table.read()
        row = next((one for one in rows_of(text, table.with_user) if one["key"] == key), None)
        if row is None:
            raise Problem("not_found", "No line of %s has this command." % name)
        return table, text, row

    def list(self, start):
        rows = []
        for name in self.names:
            table = table_named(name, self.etc)
            rows += [shown(name, row) for row in rows_of(table.read(), table.with_user)]
        page, size = [], 0
        for row in rows[start:]:
            size += len(json.dumps(row))
            if size > LARGEST_PAGE:
                break
            page.append(row)
        after = start + len(page)
        return {"zone": machine_zone(self.etc), "rows": page, "next": after if after < len(rows) else None}

    def read(self, name, key):
        _, _, row = self._find(name, key)
        return {"zone": machine_zone(self.etc), "row": shown(name, row)}

    def set(self, name, key, instead, put):
        if not is_time(put):
            raise Problem("refused", "This is no time of a crontab.")
        with Lock(self.etc):
            for _ in range(TRIES):
                table, text, row = self._find(name, key)
                if row["time"] != instead:
                    return dict(self.read(name, key), swapped=False)
                if table.write(text, with_time(text, row, put)):
                    return dict(self.read(name, key), swapped=True)
        raise Problem("refused", "The table is being changed by somebody else all the time.")


# --- Requests -------------------------------------------------------------------------------------------------------


class Doorkeeper:
    """Takes each request once: signed under the key, fresh, and made after the agent was started."""

    def __init__(self, key):
        self.key, self.started, self.seen, self.lock = key, math.floor(time.time()), {}, threading.Lock()

    def sign(self, text):
        return "v1," + base64.b64encode(hmac.new(self.key, text, hashlib.sha256).digest()).decode()

    def admits(self, ident, timestamp, signature, body):
        if not re.fullmatch(r"[0-9a-f-]{36}", ident) or not re.fullmatch(r"[0-9]{10}", timestamp):
            return False
        wanted = self.sign(("%s.%s." % (ident, timestamp)).encode() + body)
        if not hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "replace")):
            return False
        now, at = time.time(), int(timestamp)
        if abs(now - at) > FRESH_SECONDS or at < self.started:
            return False
        with self.lock:
            self.seen = {one: when for one, when in self.seen.items() if when > now - 2 * FRESH_SECONDS}
            if ident in self.seen:
                return False
            self.seen[ident] = now
        return True


def words(asked, name):
    if not isinstance(asked[name], str):
        raise ValueError(name)
    return asked[name]


def answer_to(tables, body):
    try:
        asked = json.loads(body)
        if asked["do"] == "list":
            return tables.list(max(0, int(asked["from"])))
        if asked["do"] == "read":
            return tables.read(words(asked, "table"), words(asked, "key"))
        if asked["do"] == "set":
            times = (words(asked, "instead").encode(), words(asked, "put").encode())
            return tables.set(words(asked, "table"), words(asked, "key"), *times)
        return {"problem": {"kind": "refused", "sentence": "The agent does not know this request."}}
    except Problem as problem:
        return {"problem": {"kind": problem.kind, "sentence": problem.sentence}}
    except (ValueError, KeyError, TypeError):
        return {"problem": {"kind": "refused", "sentence": "The agent cannot read this request."}}


def handler_of(tables, doorkeeper):
    class Handler(BaseHTTPRequestHandler):
        timeout = 10
        server_version, sys_version = "rollcall-crontab-agent", ""

        def answer(self, status, text, ident=""):
            signature = doorkeeper.sign(("answer.%s.%d.%s" % (ident, status, text)).encode()) if ident else ""
            sent = ("%s\n%s" % (signature, text)).encode()
            self.send_response(status)
            self.send_header("content-type", "text/plain; charset=utf-8")
            self.send_header("content-length", str(len(sent)))
            self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(sent)
            self.close_connection = True

        def do_POST(self):
            length = self.headers.get("content-length", "")
            if not length.isascii() or not length.isdigit() or int(length) > LARGEST_REQUEST:
                return self.answer(413, "{}")
            body = self.rfile.read(int(length))
            said = [self.headers.get("webhook-%s" % name, "") for name in ("id", "timestamp", "signature")]
            if not doorkeeper.admits(*said, body):
                return self.answer(401, "{}")
            self.answer(200, json.dumps(answer_to(tables, body)), said[0])

    return Handler


def new_key(path):
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as opened:
        opened.write(secrets.token_urlsafe(32) + "\n")
    print("%s holds a new key: give it to the connection in Rollcall." % path)


def key_in(path):
    with open(path) as opened:
        if os.fstat(opened.fileno()).st_mode & 0o077:
            sys.exit("%s may be read by others: chmod 600 it." % path)
        key = opened.read().strip()
    if len(key) < 32:
        sys.exit("%s holds no key of at least 32 characters: make one with --new-key." % path)
    return key.encode()


def main():
    parser = argparse.ArgumentParser(description="Rollcall's agent for cron.")
    parser.add_argument("--new-key", metavar="FILE", help="make a key in a new file, and end")
    parser.add_argument("--key-file", metavar="FILE")
    parser.add_argument("--table", action="append", default=[], help="cron.d/NAME, crontab or user/NAME; repeatable")
    parser.add_argument("--listen", default="127.0.0.1:8432", metavar="HOST:PORT")
    parser.add_argument("--cert", metavar="FILE", help="certificate chain, PEM; without it put TLS before the agent")
    parser.add_argument("--cert-key", metavar="FILE")
    parser.add_argument("--etc", default="/etc", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.new_key:
        return new_key(told.new_key)
    if not told.key_file or not told.table:
        parser.error("--key-file and at least one --table are needed")
    for name in told.table:
        if table_named(name, told.etc) is None:
            parser.error("%s names no table: write cron.d/NAME, crontab or user/NAME" % name)
    host, _, port = told.listen.rpartition(":")
    doorkeeper = Doorkeeper(key_in(told.key_file))
    server = ThreadingHTTPServer((host, int(port)), handler_of(Tables(told.table, told.etc), doorkeeper))
    server.daemon_threads = True
    if told.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(told.cert, told.cert_key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    elif host not in ("127.0.0.1", "localhost", "::1"):
        parser.error("without --cert it listens on this machine alone")
    print("listening on %s:%d for %s" % (host, server.server_address[1], ", ".join(told.table)), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
