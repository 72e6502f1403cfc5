#!/usr/bin/python3
"""usage: store_survives.py TWILIO-SIM PART

What --store keeps: everything that was answered, over ends, kills and clocks. Run by ctest (sim_command.store_PART).
"""
import http.client
import http.server
import json
import os
import random
import threading
import time
import urllib.parse

from store_process import GUARD_S, FOLDER, check, equal, Simulator, Tally, edit, main


def pages(sim, path, sid, token):
    """Every page of a list, with its links."""
    found = []
    while path:
        page = sim.get(path, sid=sid, token=token)
        found.append(page)
        path = page['next_page_uri']
    return found


def dump(sim, last_event=None):
    """What the control API shows; it changes nothing."""
    health = sim.get('/sim/v1/health')
    last_event = last_event or health['last_event']
    seen = {'accounts': sim.get('/sim/v1/accounts'), 'messages': health['messages'], 'dropped': health['messages_dropped']}
    requests = sim.get('/sim/v1/requests?limit=10000')
    seen['requests'] = [request for request in requests['requests'] if request['n'] <= last_event]
    for account in seen['accounts']['accounts']:
        for name in ('people?', 'faults?', 'messages?limit=10000&'):
            seen[f'{account["account_sid"]} {name}'] = sim.get(f'/sim/v1/{name}account={account["account_sid"]}')
    return last_event, seen


def dump_lists(sim):
    """What Twilio's API shows, page by page. Faults would hit it: they must be gone."""
    seen = {}
    for account in sim.get('/sim/v1/accounts')['accounts']:
        sid, token = account['account_sid'], account['auth_token']
        for path in ('/Messages.json?PageSize=7', '/OutgoingCallerIds.json?PageSize=50'):
            seen[f'{sid} {path}'] = pages(sim, path, sid, token)
        seen[f'{sid} number'] = sim.get('/IncomingPhoneNumbers.json', sid=sid, token=token)['incoming_phone_numbers']
        seen[f'{sid} balance'] = sim.get('/Balance.json', sid=sid, token=token)
    return seen


def same(before, after, what):
    equal(sorted(after), sorted(before), what)
    for key in before:
        equal(after[key], before[key], f'{what}, {key}')


def switch_fault(sim, chance):
    faults = sim.get('/sim/v1/faults')['faults']
    if faults:
        sim.ask('POST', f'/sim/v1/faults/{chance.choice(faults)["id"]}', {'enabled': chance.random() < 0.3})


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
        lambda: switch_fault(sim, chance),
        lambda: sim.ask('POST', f'/sim/v1/accounts/{sim.sid}', {'balance': '%d.50' % chance.randrange(90)}),
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
        last_event, before = dump(sim)
        (sim.kill if round % 2 else sim.stop)()
        sim = Simulator('--seed', '7')
        same(before, dump(sim, last_event)[1], f'round {round}')
        for account in before['accounts']['accounts']:
            sim.ask('DELETE', f'/sim/v1/faults?account={account["account_sid"]}')
        lists = dump_lists(sim)
        (sim.stop if round % 2 else sim.kill)()
        sim = Simulator('--seed', '7')
        same(lists, dump_lists(sim), f'lists of round {round}')
        numbers = [message['cursor'] for message in sim.get('/sim/v1/messages?limit=10000')['messages']]
        equal(len(set(numbers)), len(numbers), 'cursors')
        sim.stop()
    everything = [message['sid'] for message in before[f'{sim.sid} messages?limit=10000&']['messages']]
    equal(len(set(everything)), len(everything), 'SIDs')
    check(len(everything) > 60, f'{len(everything)} messages')


def part_names():
    """Whatever the file is called: SQLite has names that mean no file at all."""
    os.chdir(FOLDER)
    for name in (':memory:', 'file:store?mode=memory', 'file:', 'a b?%s#%20.db', './x.db', '\u00e9\U0001f600.db'):
        sim = Simulator(store=name)
        sim.create('kept')
        sim.stop()
        sim = Simulator(store=name)
        equal(len(sim.get('/sim/v1/messages')['messages']), 1, f'messages of {name!r}')
        sim.create('and again')
        sim.kill()
        sim = Simulator(store=name)
        equal(len(sim.get('/sim/v1/messages')['messages']), 2, f'messages of {name!r}')
        sim.stop()


def part_linked():
    """A file of two names: what a kill left is beside the file, whichever name it had."""
    os.mkdir(os.path.join(FOLDER, 'far'))
    real, link = os.path.join(FOLDER, 'far', 'real.db'), os.path.join(FOLDER, 'link.db')
    os.symlink('far/real.db', link)
    for turn, name in enumerate((link, real, link)):
        sim = Simulator(store=name)
        equal(len(sim.get('/sim/v1/messages')['messages']), turn, f'messages of {name}')
        sim.create('kept')
        sim.kill()
        equal(sorted(os.listdir(os.path.dirname(real))), ['real.db', 'real.db-redo', 'real.db-wal'], 'the files')


def part_printed():
    """A message is news once: what the store brings back is not printed as if it were sent again."""
    sim = Simulator('--print')
    sim.create('Your code is 111111')
    equal(sim.stop(), 'twilio-sim: sms       +243810000001  111111    Your code is 111111\n', 'printed')
    sim = Simulator('--print')
    sim.create('Your code is 222222')
    equal(sim.stop(), 'twilio-sim: sms       +243810000001  222222    Your code is 222222\n', 'printed after a restart')


def part_reset():
    sim = Simulator('--account-sid', 'AC' + '1' * 32)
    sid = sim.create('a secret')['sid']
    equal(sim.ask('POST', f'/Messages/{sid}.json', {'Body': ''})[0], 200, 'redact')
    sim.kill()
    sim = Simulator()
    equal(sim.get(f'/Messages/{sid}.json')['body'], '', 'a redacted body')
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


def send_as(sim, sid, token):
    """A message from the number that the account has got; asking for its balance brings the account."""
    sim.get('/Balance.json', sid=sid, token=token)
    number = next(one['number'] for one in sim.get('/sim/v1/accounts')['accounts'] if one['account_sid'] == sid)
    return sim.ask('POST', '/Messages.json', {'To': '+243810000001', 'From': number, 'Body': 'Hi'}, sid=sid, token=token)[0]


def part_adopted():
    """An account that a request brought stays that request's, and a setup file holds for the file that is gone on with."""
    brought = [('AC' + digit * 32, digit * 32) for digit in 'abc']
    sim = Simulator('--any-account')
    equal([send_as(sim, *pair) for pair in brought[:2]], [201, 201], 'sent')
    sim.kill()
    with open('setup.yaml', 'w') as file:
        file.write('account: { balance: "7.50" }\npeople: { awa: { number: "+243810000001", verified: true } }\n'
                   'faults: [ { on: { channel: sms }, first: 1, status: 503, optional: true } ]\n')
    sim = Simulator('--any-account', '--setup', 'setup.yaml')
    equal((sim.sid, sim.token), (brought[0][0], None), 'the first account')
    equal([send_as(sim, *pair) for pair in [brought[0], *brought]], [503, 201, 201, 201], 'sent')
    sim.kill()
    sim = Simulator()
    accounts = sim.get('/sim/v1/accounts')['accounts']
    equal([(one['account_sid'], one['auth_token']) for one in accounts], [(sid, None) for sid, _ in brought], 'accounts')
    equal(accounts[0]['balance'], '7.50', 'balance')
    equal([one['name'] for one in sim.get('/sim/v1/people')['people']], ['awa'], 'people')
    equal([one['hits'] for one in sim.get('/sim/v1/faults')['faults']], [1], 'hits')
    equal([len(sim.get(f'/sim/v1/messages?account={sid}')['messages']) for sid, _ in brought], [2, 2, 1], 'messages')
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
                acknowledged.add(('maybe-gone', sid, None))
                status, _ = sim.ask('DELETE', f'/Messages/{sid}.json', connection=connection)
                equal(status, 204, 'delete')
                acknowledged.add(('gone', sid, None))
            elif turn % 7 == 0:
                e164 = '+24389%07d' % random.randrange(10**7)
                name = 'p' + e164
                status, _ = sim.ask('POST', '/sim/v1/people', {'name': name, 'number': e164}, connection=connection)
                equal(status, 201, 'person')
                acknowledged.add(('person', e164, name))
            else:
                text = f'code {number} {turn}'
                sid = sim.create(text, connection=connection)['sid']
                acknowledged.add(('there', sid, text))
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
        stop, acknowledged = threading.Event(), Tally()
        clients = [threading.Thread(target=load, args=(sim, i, acknowledged, stop)) for i in range(8)]
        for client in clients:
            client.start()
        acknowledged.wait(101 + 150 * round, 'load')
        sim.kill()
        stop.set()
        for client in clients:
            client.join()
        everything += acknowledged.items
    sim = Simulator()
    judge(sim, everything)
    check(sum(kind == 'there' for kind, _, _ in everything) > 500, 'little load')
    sim.stop()


# ---- what was still due

class Receiver(http.server.ThreadingHTTPServer):
    """Takes callbacks; while `silent`, it reads them and does not answer."""
    daemon_threads = True

    def __init__(self):
        self.got, self.silent = Tally(), threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = GUARD_S

            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers['Content-Length'])).decode())
                receiver.got.add((form['MessageStatus'][0], self.headers['I-Twilio-Idempotency-Token'], form['MessageSid'][0],
                                  self.headers['X-Twilio-Signature']))
                if receiver.silent.is_set():
                    self.rfile.read(1)  # until who called has ended
                    return
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
    first = sorted(receiver.got.wait(2, 'two callbacks'))
    sim.kill()
    receiver.silent.clear()
    receiver.got = Tally()
    sim = Simulator()
    equal(sorted(receiver.got.wait(2, 'the same two callbacks')), first, 'callbacks')
    equal([status for status, _, _, _ in first], ['delivered', 'sent'], 'statuses')
    events = sim.connect()
    events.request('GET', '/sim/v1/events')
    stream, answered = events.getresponse(), 0
    while answered < 2:
        event = json.loads(stream.readline())
        answered += event['kind'] == 'callback' and event['status'] == 204 and event['sid'] == sid
    events.close()
    sim.stop()
    receiver.got = Tally()
    sim = Simulator()
    sim.create('the store goes on')
    equal(receiver.got.items, [], 'callbacks that were over')
    sim.stop()


def part_tokens():
    """Whoever got a callback gets it again with the same token, even when the kill came at once."""
    receiver = Receiver()
    form = {'To': '+243810000001', 'From': '+15005550006', 'Body': 'x', 'StatusCallback': receiver.url}
    options = ('--sent-after', '20ms', '--delivered-after', '1h')
    for turn in range(8):
        store = os.path.join(FOLDER, f'{turn}.db')
        sim = Simulator(*options, store=store)
        for silent in (False, True):  # the first one starts what sends callbacks
            (receiver.silent.set if silent else receiver.silent.clear)()
            receiver.got = Tally()
            equal(sim.ask('POST', '/Messages.json', form)[0], 201, 'create')
            first = receiver.got.wait(1, 'a callback')[0]
        sim.kill()
        receiver.got = Tally()
        sim = Simulator(*options, store=store)
        again = receiver.got.wait(1, 'the same callback')
        if again[0][2] != first[2]:  # the first message's came again, as its answer was not written down yet
            again = receiver.got.wait(2, 'the same callback')[1:]
        equal(again[0], first, 'the callback after a kill')
        sim.kill()


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
    got = receiver.got.wait(4, 'four callbacks')
    equal(sorted(status for status, _, _, _ in got), ['delivered', 'delivered', 'sent', 'sent'], 'callbacks')
    sim.stop()
    equal(edit('SELECT count(*) FROM progress'), (0,), 'progress still due')


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


if __name__ == '__main__':
    main(globals(), __doc__)
