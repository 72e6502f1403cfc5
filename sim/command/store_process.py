#!/usr/bin/python3
"""usage: store_process.py TWILIO-SIM PART

--store as a person meets it: real processes that are ended, killed and started again on one file, over HTTP. Run by ctest
(sim_command.store_PART); each part uses a folder of its own and ends what it started. Nothing here depends on how long
something takes; waits are for events, with a guard.
"""
import base64
import ctypes
import http.client
import http.server
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

GUARD_S = 60
PROGRAM = sys.argv[1]
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
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, restore_signals=False)
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


def refused(*options, store=STORE, status=1, **more):
    """The error of a start that must fail."""
    done = subprocess.run([PROGRAM, '--port', '0', '--store', store, *options], capture_output=True, text=True,
                          timeout=GUARD_S, **more)
    equal(done.returncode, status, f'exit status ({done.stdout} {done.stderr})')
    equal(done.stdout, '', 'standard output')
    check(done.stderr.startswith('twilio-sim: ') and done.stderr.count('\n') == 1, f'one line is wanted: {done.stderr!r}')
    return done.stderr


def wait_until(ready, what):
    guard = time.monotonic() + GUARD_S
    while not ready():
        check(time.monotonic() < guard, f'{what} did not come')
        time.sleep(0.01)


# ---- what is there after a restart is what was there before

def pages(sim, path, sid, token):
    """Every page of a list, with its links."""
    found = []
    while path:
        page = sim.get(path, sid=sid, token=token)
        found.append(page)
        path = page['next_page_uri']
    return found


def dump(sim, last_event=None):
    health = sim.get('/sim/v1/health')
    last_event = last_event or health['last_event']
    seen = {'accounts': sim.get('/sim/v1/accounts'), 'messages': health['messages'], 'dropped': health['messages_dropped']}
    requests = sim.get('/sim/v1/requests?limit=10000')
    seen['requests'] = [request for request in requests['requests'] if request['n'] <= last_event]
    for account in seen['accounts']['accounts']:
        sid, token = account['account_sid'], account['auth_token']
        for name in ('people', 'faults', 'messages?limit=10000'):
            seen[f'{sid} {name}'] = sim.get(f'/sim/v1/{name}{"&" if "?" in name else "?"}account={sid}')
    sim.ask('DELETE', '/sim/v1/faults')  # they would hit what follows
    for account in seen['accounts']['accounts']:
        sid, token = account['account_sid'], account['auth_token']
        if account['status'] != 'active':
            continue
        for path in ('/Messages.json?PageSize=7', '/OutgoingCallerIds.json?PageSize=50'):
            seen[f'{sid} {path}'] = pages(sim, path, sid, token)
        seen[f'{sid} number'] = sim.get('/IncomingPhoneNumbers.json', sid=sid, token=token)['incoming_phone_numbers']
        seen[f'{sid} balance'] = sim.get('/Balance.json', sid=sid, token=token)
    return last_event, seen


def delete_faults_as(sim):
    sim.ask('DELETE', '/sim/v1/faults')


def random_operation(sim, chance, sids):
    to = f'+24381000000{chance.randrange(6)}'
    operations = [
        lambda: sids.append(json.loads(sim.ask('POST', '/Messages.json', {
            'To': chance.choice(['', 'whatsapp:']) + to, 'From': '+15005550006', 'Body': 'código ✓ 😀 %06d' % chance.randrange(10**6)})[1]).get('sid')),
        lambda: sim.ask('POST', '/Messages.json', {'To': 'whatsapp:' + to, 'From': 'whatsapp:+15005550006', 'Body': 'Hi'}),
        lambda: sim.ask('DELETE', f'/Messages/{chance.choice(sids)}.json') if sids else None,
        lambda: sim.ask('POST', f'/Messages/{chance.choice(sids)}.json', {'Body': ''}) if sids else None,
        lambda: sim.ask('POST', f'/Messages/{chance.choice(sids)}.json', {'Status': 'canceled'}) if sids else None,
        lambda: sim.ask('POST', '/sim/v1/people', {
            'name': chance.choice(['awa', 'ben', 'Zoé']), 'number': to, 'verified': chance.random() < 0.5, 'reachable': chance.random() < 0.8,
            'whatsapp': chance.choice([True, False, 'joined', 'outside-window', 'blocked'])}),
        lambda: sim.ask('POST', '/sim/v1/messages', {'from': to, 'text': chance.choice(['STOP', 'START', 'hello']),
                                                     'channel': chance.choice(['sms', 'whatsapp'])}),
        lambda: sim.ask('POST', '/sim/v1/messages', {'from': to, 'text': 'join brave-lion', 'channel': 'whatsapp'}),
        lambda: sim.ask('POST', '/sim/v1/faults', {'on': {'to': to}, 'first': chance.randrange(1, 4), 'status': 503}),
        lambda: sim.ask('POST', '/sim/v1/faults', {'on': {'operation': 'message.list'}, 'nth': 3, 'fail': 20429, 'optional': True}),
        lambda: sim.ask('DELETE', '/sim/v1/faults') if chance.random() < 0.1 else None,
        lambda: sim.ask('POST', '/sim/v1/accounts', {'plan': chance.choice(['paid', 'trial-legacy']), 'countries': ['CD', 'FR']})
        if chance.random() < 0.2 else None,
        lambda: sim.get('/Messages.json?PageSize=2') if chance.random() < 0.2 else None,
        lambda: sim.ask('GET', '/Messages.json?PageSize=2'),
    ]
    operations[chance.randrange(len(operations))]() if chance.random() < 0.7 else operations[0]()


def part_restart():
    chance = random.Random(20231116)
    sids = []
    for round in range(6):
        sim = Simulator('--seed', '7', '--sent-after', chance.choice(['0ms', '1h']))
        sids = [sid for sid in sids if sid]
        for _ in range(60):
            try:
                random_operation(sim, chance, sids)
            except AssertionError:
                pass  # a planned fault hit what was read
        delete_faults_as(sim) if round % 2 else None
        faults = sim.get('/sim/v1/faults')
        (sim.kill if round % 2 else sim.stop)()
        sim = Simulator('--seed', '7')
        equal(sim.get('/sim/v1/faults'), faults, 'faults')
        last_event, before = dump(sim)
        before_faults = sim.get('/sim/v1/faults')
        (sim.stop if round % 2 else sim.kill)()
        sim = Simulator('--seed', '7')
        equal(sim.get('/sim/v1/faults'), before_faults, 'faults')
        _, after = dump(sim, last_event)
        for key in before:
            if 'faults' not in key:  # the dump takes them away
                equal(after[key], before[key], f'round {round}, {key}')
        numbers = [message['cursor'] for message in sim.get('/sim/v1/messages?limit=10000')['messages']]
        equal(len(set(numbers)), len(numbers), 'cursors')
        sim.stop()
    everything = [message['sid'] for message in before[f'{sim.sid} messages?limit=10000']['messages']]
    equal(len(set(everything)), len(everything), 'SIDs')
    check(len(everything) > 60, f'{len(everything)} messages')


def part_reset():
    sim = Simulator('--account-sid', 'AC' + '1' * 32)
    for i in range(5):
        sim.create(f'code 12345{i}')
    sim.tell('/people', {'name': 'awa'})
    sim.tell('/reset', {'plan': 'trial-legacy', 'token': 'f' * 32}, 200)
    after = sim.tell('/people', {'name': 'ben', 'number': '+243810000002', 'verified': True})
    sim.kill()
    sim = Simulator()
    equal((sim.sid, sim.token), ('AC' + '1' * 32, 'f' * 32), 'account')
    equal(sim.get('/sim/v1/accounts')['accounts'][0]['plan'], 'trial-legacy', 'plan')
    equal(sim.get('/sim/v1/people')['people'], [after], 'people')
    equal(sim.get('/sim/v1/messages')['messages'], [], 'messages')
    equal(sim.get('/sim/v1/requests')['requests'], [], 'requests')
    sim.stop()


# ---- kill -9 in mid-load

def load(sim, number, acknowledged, stop):
    """One client: creates, and now and then deletes one of its own or sets a person; notes what was answered."""
    connection, mine = sim.connect(), []
    turn = 0
    try:
        while not stop.is_set():
            turn += 1
            if turn % 5 == 0 and mine:
                sid = mine.pop()
                acknowledged.append(('maybe-gone', sid, None))
                status, _ = sim.ask('DELETE', f'/Messages/{sid}.json', connection=connection)
                equal(status, 204, 'delete')
                acknowledged.append(('gone', sid, None))
            elif turn % 7 == 0:
                e164 = '+24389%07d' % random.randrange(10**7)
                name = 'p' + e164
                status, _ = sim.ask('POST', '/sim/v1/people', {'name': name, 'number': e164}, connection=connection)
                equal(status, 201, 'person')
                acknowledged.append(('person', e164, name))
            else:
                text = f'code {number} {turn}'
                sid = sim.create(text, connection=connection)['sid']
                acknowledged.append(('there', sid, text))
                mine.append(sid)
    except (OSError, http.client.HTTPException):
        pass  # it was killed


def judge(sim, all_acknowledged):
    stored = {message['sid']: message for message in sim.get('/sim/v1/messages?limit=10000')['messages']}
    gone = {sid for kind, sid, _ in all_acknowledged if kind == 'gone'}
    maybe = {sid for kind, sid, _ in all_acknowledged if kind == 'maybe-gone'}
    people = {}
    for kind, number, name in all_acknowledged:
        if kind == 'person':
            people[number] = name
    for kind, sid, text in all_acknowledged:
        if kind == 'there' and sid not in maybe:
            check(sid in stored, f'{sid} was acknowledged and is lost')
            equal(stored[sid]['text'], text, 'text')
            equal(stored[sid]['status'], 'delivered', 'status')
    for sid in gone:
        check(sid not in stored, f'{sid} was deleted and is back')
    known = {person['number']: person['name'] for person in sim.get('/sim/v1/people')['people']}
    for number, name in people.items():
        equal(known.get(number), name, f'person {number}')


def part_kill():
    everything = []
    for round in range(4):
        sim = Simulator()
        judge(sim, everything)
        stop, lists = threading.Event(), [[] for _ in range(8)]
        clients = [threading.Thread(target=load, args=(sim, i, lists[i], stop)) for i in range(8)]
        for client in clients:
            client.start()
        wanted = 100 + 150 * round
        wait_until(lambda: sum(map(len, lists)) > wanted, 'load')
        sim.kill()
        stop.set()
        for client in clients:
            client.join()
        for one in lists:
            everything += one
    sim = Simulator()
    judge(sim, everything)
    check(sum(kind == 'there' for kind, _, _ in everything) > 500, 'little load')
    sim.stop()


# ---- what was still due

class Receiver(http.server.ThreadingHTTPServer):
    """Takes callbacks; while `silent`, it reads them and does not answer."""
    daemon_threads = True

    def __init__(self):
        self.got, self.silent = [], threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers['Content-Length'])).decode())
                receiver.got.append((form['MessageStatus'][0], self.headers['I-Twilio-Idempotency-Token'], form['MessageSid'][0],
                                     self.headers['X-Twilio-Signature']))
                if receiver.silent.is_set():
                    time.sleep(GUARD_S)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f'http://127.0.0.1:{self.server_address[1]}/status'


def part_callbacks():
    """A receiver hangs when the simulator is killed: it gets the same callbacks afterwards, once more, and then no more."""
    receiver = Receiver()
    receiver.silent.set()
    sim = Simulator()
    status, answer = sim.ask('POST', '/Messages.json', {'To': '+243810000001', 'From': '+15005550006', 'Body': 'x',
                                                       'StatusCallback': receiver.url})
    equal(status, 201, 'create')
    sid = json.loads(answer)['sid']
    wait_until(lambda: len(receiver.got) == 2, 'two callbacks')
    first = sorted(receiver.got)
    sim.kill()
    receiver.silent.clear()
    receiver.got.clear()
    sim = Simulator()
    wait_until(lambda: len(receiver.got) == 2, 'the same two callbacks')
    equal(sorted(receiver.got), first, 'callbacks')
    equal([status for status, _, _, _ in first], ['delivered', 'sent'], 'statuses')
    events = sim.connect()
    events.request('GET', '/sim/v1/events')
    stream, answered = events.getresponse(), 0
    while answered < 2:
        event = json.loads(stream.readline())
        answered += event['kind'] == 'callback' and event['status'] == 204 and event['sid'] == sid
    events.close()
    sim.stop()
    receiver.got.clear()
    sim = Simulator()
    sim.create('the store goes on')
    equal(receiver.got, [], 'callbacks that were over')
    sim.stop()


def part_progress():
    """Status progress goes on where it was; time that passed meanwhile has passed, and a wall clock that was set back counts
    as none."""
    receiver = Receiver()
    options = ('--virtual-time', '--sent-after', '1h', '--delivered-after', '1h')
    sim = Simulator(*options)
    form = {'To': '+243810000001', 'From': '+15005550006', 'Body': 'x', 'StatusCallback': receiver.url}
    first = json.loads(sim.ask('POST', '/Messages.json', form)[1])['sid']
    sim.kill()
    sim = Simulator(*options)
    second = json.loads(sim.ask('POST', '/Messages.json', form)[1])['sid']
    sim.tell('/clock', {'advance': '61m'}, 200)
    equal({sim.get(f'/Messages/{sid}.json')['status'] for sid in (first, second)}, {'sent'}, 'after an hour')
    sim.stop()  # the next clock is an hour behind this one
    sim = Simulator(*options)
    equal(sim.get(f'/Messages/{first}.json')['status'], 'sent', 'after the restart')
    sim.tell('/clock', {'advance': '121m'}, 200)
    equal({sim.get(f'/Messages/{sid}.json')['status'] for sid in (first, second)}, {'delivered'}, 'after two more')
    wait_until(lambda: len(receiver.got) == 4, 'four callbacks')
    equal(sorted(status for status, _, _, _ in receiver.got), ['delivered', 'delivered', 'sent', 'sent'], 'callbacks')
    sim.stop()
    equal(edit('SELECT count(*) FROM progress'), (0,), 'progress still due')


def edit(sql, *values):
    """The store by hand, while no simulator has it; the first row that came."""
    db = sqlite3.connect(STORE)
    row = db.execute(sql, values).fetchone()
    db.commit()
    db.close()
    return row


def part_window():
    """A WhatsApp window is kept by the wall clock, and is never longer than a new one."""
    sim = Simulator('--virtual-time')
    sim.tell('/people', {'name': 'awa', 'number': '+243810000001', 'whatsapp': 'outside-window'})
    sim.tell('/messages', {'from': 'awa', 'text': 'hello', 'channel': 'whatsapp'})
    sim.stop()
    day = 24 * 3600 * 1000
    until, = edit('SELECT window_until_ms FROM person')
    check(abs(until - time.time() * 1000 - day) < 600000, f'window until {until}')
    edit('UPDATE person SET window_until_ms = window_until_ms + 3 * ?', day)
    form = {'To': 'whatsapp:+243810000001', 'From': 'whatsapp:+15005550006', 'Body': 'x'}

    def outcome(sim):
        status, answer = sim.ask('POST', '/Messages.json', form)
        equal(status, 201, answer)
        return sim.get(f'/Messages/{json.loads(answer)["sid"]}.json')['status']

    sim = Simulator('--virtual-time')
    equal(outcome(sim), 'delivered', 'within the window')
    sim.tell('/clock', {'advance': '23h'}, 200)
    equal(outcome(sim), 'delivered', 'within the window, a day later')
    sim.tell('/clock', {'advance': '2h'}, 200)
    check(outcome(sim) in ('failed', 'undelivered'), 'after the window')
    sim.stop()


# ---- a full disk

def fill_up(sim, make_full, make_room):
    kept = [sim.create(f'kept {i}')['sid'] for i in range(50)]
    make_full()
    status, answers, turn = 201, [], 0
    while status == 201 and turn < 5000:
        turn += 1
        status, text = sim.ask('POST', '/Messages.json', {'To': '+243810000001', 'From': '+15005550006', 'Body': 'x' * 1500})
        if status == 201:
            kept.append(json.loads(text)['sid'])
    equal(status, 500, 'a create on a full disk')
    check(text.startswith('twilio-sim: ') and 'cannot be written' in text, f'its text: {text!r}')
    for method, path, body in (('POST', '/sim/v1/people', {'name': 'awa'}), ('GET', '/Messages.json', None),
                               ('GET', '/sim/v1/messages', None), ('POST', '/sim/v1/reset', {})):
        status, text = sim.ask(method, path, body)
        equal(status, 500, f'{method} {path} on a full disk')
        check(text.startswith('twilio-sim: nothing was done'), text)
    make_room()
    new = sim.create('there is room again')['sid']
    stored = [message['sid'] for message in sim.get('/sim/v1/messages?limit=10000')['messages']]
    equal(stored, [new] + kept[::-1], 'what is there afterwards')
    equal(sim.get('/sim/v1/people')['people'], [], 'people')
    sim.kill()
    return [new] + kept[::-1]


def part_full():
    """By a limit of the process: it works everywhere."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sim = Simulator()
    pid = sim.process.pid

    def make_full():
        limit = os.path.getsize(STORE + '-wal') + 65536
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    kept = fill_up(sim, make_full, lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2))
    sim = Simulator()
    equal([message['sid'] for message in sim.get('/sim/v1/messages?limit=10000')['messages']], kept, 'after a restart')
    sim.stop()


def own_mounts():
    """A mount namespace, with a user namespace where it needs one. False when the machine refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
    if libc.unshare(CLONE_NEWNS) != 0:
        if libc.unshare(CLONE_NEWNS | CLONE_NEWUSER) != 0:
            return None
        for name, text in (('setgroups', 'deny'), ('uid_map', f'0 {uid} 1'), ('gid_map', f'0 {gid} 1')):
            with open(f'/proc/self/{name}', 'w') as file:
                file.write(text)
    MS_REC, MS_PRIVATE = 0x4000, 0x40000
    libc.mount(b'none', b'/', None, MS_REC | MS_PRIVATE, None)
    return libc


def part_tmpfs():
    """A file system of 4 MiB that is really full."""
    libc = own_mounts()
    place = os.path.join(FOLDER, 'small')
    os.mkdir(place)
    if libc is None or libc.mount(b'none', place.encode(), b'tmpfs', 0, b'size=4m') != 0:
        print('no mounts of our own here: part_full stands for it')
        return
    ballast, store = os.path.join(place, 'ballast'), os.path.join(place, 'store.db')
    with open(ballast, 'wb') as file:
        file.write(b'x' * 2048 * 1024)
    kept = fill_up(Simulator(store=store), lambda: None, lambda: os.unlink(ballast))
    sim = Simulator(store=store)
    equal([message['sid'] for message in sim.get('/sim/v1/messages?limit=10000')['messages']], kept, 'after a restart')
    sim.stop()
    file = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(file, b'x' * 4096) > 0:
            pass
    except OSError:
        os.close(file)
    error = refused(store=os.path.join(place, 'new.db'))
    check('new.db cannot be' in error and 'full' in error, error)


# ---- files that are no store, or not any more

def digest(*paths):
    return [open(path, 'rb').read() if os.path.exists(path) else None for path in paths]


def left_alone(words, *options, store=STORE, **more):
    """It is refused with these words, and nothing changed on the disk."""
    before, names = digest(store, store + '-wal', store + '-journal'), sorted(os.listdir(os.path.dirname(store)))
    error = refused(*options, store=store, **more)
    check(words in error, f'{words!r} is wanted in: {error}')
    check(digest(store, store + '-wal', store + '-journal') == before, f'{store} was changed')
    equal(sorted(os.listdir(os.path.dirname(store))), names, 'the folder')


def filled(count=200):
    sim = Simulator()
    for i in range(count):
        sim.create(f'code {i} ' + 'x' * 300)
    return sim


def part_foreign():
    with open(STORE, 'w') as file:
        file.write('these are my notes, and nothing else\n' * 10)
    left_alone('is no store of twilio-sim')
    os.unlink(STORE)
    os.mkdir(STORE)
    error = refused()
    check('is a folder' in error, error)
    os.rmdir(STORE)
    db = sqlite3.connect(STORE)
    db.execute('CREATE TABLE mine(a)')
    db.commit()
    db.close()
    left_alone('no store of twilio-sim')
    os.unlink(STORE)
    check('cannot be opened' in refused(store=os.path.join(FOLDER, 'no/such/store.db')), 'a folder that is not there')
    check('no ordinary file' in refused(store='/dev/null'), 'a device')
    open(STORE, 'w').close()
    sim = Simulator()  # an empty file becomes a store
    sim.create('x')
    sim.stop()
    with open(STORE, 'r+b') as file:  # user_version
        file.seek(60)
        file.write((2).to_bytes(4, 'big'))
    left_alone('newer twilio-sim (version 2')
    with open(STORE, 'r+b') as file:
        file.seek(60)
        file.write((0).to_bytes(4, 'big'))
    left_alone('has no version')


def part_rights():
    """Read-only and unreadable, for somebody who is not root."""
    sim = Simulator()
    sim.stop()
    somebody = {'user': 65534, 'group': 65534, 'extra_groups': []} if os.getuid() == 0 else {}
    os.chmod(FOLDER, 0o755)
    os.chmod(STORE, 0o444)
    left_alone('cannot be read and written: Permission denied', **somebody)
    os.chmod(STORE, 0o000)
    if os.getuid() == 0:
        left_alone('cannot be read and written: Permission denied', **somebody)
    os.chmod(STORE, 0o666)
    os.chmod(FOLDER, 0o555)
    error = refused(**somebody)
    check('cannot be opened' in error and 'folder' in error, error)
    os.chmod(FOLDER, 0o755)


def part_second():
    sim = Simulator()
    sim.create('x')
    error = refused()
    check(f'is in use by the process {sim.process.pid}' in error, error)
    sim.create('the first goes on')
    equal(len(sim.get('/sim/v1/messages')['messages']), 2, 'messages')
    sim.kill()
    sim = Simulator()  # what is left of a killed one locks nobody out
    sim.stop()


def part_damaged():
    sim = filled()
    sim.kill()  # the log is there
    whole, log = digest(STORE, STORE + '-wal')
    check(log, 'a log is wanted')

    def put(file, wal):
        for path, content in ((STORE, file), (STORE + '-wal', wal)):
            if content is None:
                os.path.exists(path) and os.unlink(path)
            else:
                with open(path, 'wb') as out:
                    out.write(content)

    put(b'', log)
    left_alone('is empty or gone')
    put(None, log)
    error = refused()
    check('is empty or gone' in error and not os.path.exists(STORE), error)
    put(whole, log)
    Simulator().stop()
    whole, = digest(STORE)
    put(whole[:len(whole) // 2], None)
    left_alone('is damaged')
    put(whole[:50], None)
    left_alone('is no store')
    put(whole[:4096] + bytes(4096) * 3 + whole[4096 * 4:], None)
    left_alone('is damaged')
    put(whole, None)
    Simulator().stop()
    put(whole, None)
    edit('UPDATE message SET status = ? WHERE cursor = 7', 'sleeping')
    left_alone('the table message has a row 7 whose status makes no sense')
    edit('UPDATE message SET status = ? WHERE cursor = 7', 'delivered')
    edit('DELETE FROM message WHERE cursor = 9')
    left_alone('the table message has a row 10')


def part_flips():
    """Bytes that flip: it refuses and leaves the file alone, or starts and serves; it never crashes or hangs."""
    sim = filled(60)
    sim.stop()
    whole, = digest(STORE)
    chance, outcomes = random.Random(4711), {True: 0, False: 0}
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(chance.choice([1, 1, 3, 30])):
            broken[chance.randrange(16, len(broken))] ^= 1 << chance.randrange(8)
        with open(STORE, 'wb') as file:
            file.write(broken)
        done = subprocess.Popen([PROGRAM, '--port', '0', '--quiet', '--store', STORE], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)
        running.append(done)
        line = done.stdout.readline()
        outcomes[bool(line)] += 1
        if line:
            ready = json.loads(line)
            client = http.client.HTTPConnection(ready['address'][len('http://'):], timeout=GUARD_S)
            client.request('GET', '/sim/v1/messages')
            equal(client.getresponse().status, 200, 'messages of a store with flipped bytes')
            client.close()
            done.terminate()
            done.communicate(timeout=GUARD_S)
            equal(done.returncode, 0, 'its end')
        else:
            error = done.communicate(timeout=GUARD_S)[1]
            equal(done.returncode, 1, f'exit status ({error})')
            check(error.startswith('twilio-sim: ') and STORE in error, error)
            check(digest(STORE) == [bytes(broken)], 'a damaged file was changed')
        for name in os.listdir(FOLDER):
            if name != 'store.db':
                os.unlink(os.path.join(FOLDER, name))
    check(outcomes[False] > 5, f'hardly any damage was noticed: {outcomes}')


def part_identity():
    sid, token = 'AC' + '2' * 32, 'a' * 32
    sim = Simulator('--account-sid', sid, '--auth-token', token, '--api-key', f'SK{"3" * 32}:one', '--seed', '9')
    first = sim.create('x')['sid']
    sim.stop()
    sim = Simulator('--seed', '9', '--api-key', f'SK{"3" * 32}:two', '--verified', '+243810000009')
    equal((sim.sid, sim.token), (sid, token), 'the stored account')
    equal(sim.ask('GET', '/Messages.json', sid=sid, token='wrong')[0], 401, 'a wrong token')
    pair = base64.b64encode(f'SK{"3" * 32}:two'.encode()).decode()
    client = sim.connect()
    client.request('GET', f'/2010-04-01/Accounts/{sid}/Messages.json', headers={'Authorization': 'Basic ' + pair})
    equal(client.getresponse().status, 200, 'the key with its new secret')
    check(sim.create('y')['sid'] != first, 'the same SID twice')
    sim.kill()
    sim = Simulator('--account-sid', sid, '--auth-token', token)
    equal(len(sim.get('/OutgoingCallerIds.json')['outgoing_caller_ids']), 1, 'the verified number')
    sim.stop()
    for option, value in (('--account-sid', 'AC' + '4' * 32), ('--auth-token', 'b' * 32)):
        left_alone(f'{option} is not that of the account in', option, value, status=2)
    done = subprocess.Popen([PROGRAM, '--port', '0', '--store', STORE, '--account-plan', 'trial-legacy'],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    running.append(done)
    done.stdout.readline()
    done.terminate()
    check('--account-plan is not used: the account comes from' in done.communicate()[1], 'a hint')


def main():
    part = globals()['part_' + sys.argv[2]]
    try:
        part()
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
                process.wait()
        ctypes.CDLL(None).umount2(os.path.join(FOLDER, 'small').encode(), 2)
        shutil.rmtree(FOLDER)


if __name__ == '__main__':
    if len(sys.argv) != 3 or sys.argv[1] in ('-h', '--help'):
        sys.exit(__doc__.strip())
    main()
