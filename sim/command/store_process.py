"""What store_survives.py and store_refuses.py share: simulators as real processes on one file, over HTTP.

Each part has a folder of its own and ends what it started. Nothing here depends on how long something takes; waits are for
events, with a guard.
"""
import base64
import ctypes
import http.client
import http.server
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.parse

GUARD_S = 60
PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ''
FOLDER = tempfile.mkdtemp(prefix='store-test-')
STORE = os.path.join(FOLDER, 'store.db')
running = []


def check(fine, what):
    if not fine:
        raise AssertionError(what)


def equal(got, expected, what):
    check(got == expected, f'{what}: expected {expected!r}, got {got!r}')


class Simulator:
    def __init__(self, *options, store=STORE):
        self.process = subprocess.Popen([PROGRAM, '--port', '0', '--quiet', '--store', store, *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(self.process)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError('it did not start: ' + self.process.stderr.read())
        self.ready = json.loads(line)
        self.host = self.ready['address'][len('http://'):]
        self.sid, self.token = self.ready['account_sid'], self.ready['auth_token']

    def connect(self):
        return http.client.HTTPConnection(self.host, timeout=GUARD_S)

    def ask(self, method, path, body=None, connection=None, sid=None, token=None):
        """(status, text) of a call; form or JSON by where it goes."""
        own = connection or self.connect()
        headers = {}
        if path.startswith('/sim/'):
            body = None if body is None else json.dumps(body)
        else:
            pair = f'{sid or self.sid}:{token or self.token}'
            headers['Authorization'] = 'Basic ' + base64.b64encode(pair.encode()).decode()
            if not path.startswith('/2010'):
                path = f'/2010-04-01/Accounts/{sid or self.sid}{path}'
            if body is not None:
                headers['Content-Type'] = 'application/x-www-form-urlencoded'
                body = urllib.parse.urlencode(body)
        own.request(method, path, body, headers)
        answer = own.getresponse()
        text = answer.read().decode()
        if connection is None:
            own.close()
        return answer.status, text

    def get(self, path, **more):
        status, text = self.ask('GET', path, **more)
        equal(status, 200, f'GET {path} ({text[:200]})')
        return json.loads(text)

    def create(self, text, expect=201, **more):
        status, answer = self.ask('POST', '/Messages.json', {'To': '+243810000001', 'From': '+15005550006', 'Body': text}, **more)
        equal(status, expect, f'create ({answer[:200]})')
        return json.loads(answer)

    def tell(self, path, body, expect=201):
        status, text = self.ask('POST', '/sim/v1' + path, body)
        equal(status, expect, f'POST {path} ({text[:200]})')
        return json.loads(text) if text.startswith('{') else text

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def stop(self):
        self.process.terminate()
        output = self.process.communicate(timeout=GUARD_S)
        equal(self.process.returncode, 0, f'end ({output})')
        return output[1]


def refused(*options, store=STORE, status=1, program=PROGRAM, **more):
    """The error of a start that must fail."""
    done = subprocess.run([program, '--port', '0', '--store', store, *options], capture_output=True, text=True,
                          timeout=GUARD_S, **more)
    equal(done.returncode, status, f'exit status ({done.stdout} {done.stderr})')
    equal(done.stdout, '', 'standard output')
    check(done.stderr.startswith('twilio-sim: ') and done.stderr.count('\n') == 1, f'one line is wanted: {done.stderr!r}')
    return done.stderr


class Tally:
    """What threads report, and a wait until there is so much of it."""
    def __init__(self):
        self.items, self.grown = [], threading.Condition()

    def add(self, item):
        with self.grown:
            self.items.append(item)
            self.grown.notify_all()

    def wait(self, count, what):
        """What there is by then."""
        with self.grown:
            check(self.grown.wait_for(lambda: len(self.items) >= count, GUARD_S), f'{what} did not come')
            return self.items[:]


def edit(sql, *values):
    """The store by hand, while no simulator has it; the first row that came."""
    db = sqlite3.connect(STORE)
    row = db.execute(sql, values).fetchone()
    db.commit()
    db.close()
    return row


def main(parts, about):
    """Runs the function part_NAME that the command line asks for."""
    if len(sys.argv) != 3 or 'part_' + sys.argv[2] not in parts:
        sys.exit(about.strip())
    part = parts['part_' + sys.argv[2]]
    try:
        part()
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
                process.wait()
        ctypes.CDLL(None).umount2(os.path.join(FOLDER, 'small').encode(), 2)
        shutil.rmtree(FOLDER)
