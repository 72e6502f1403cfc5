#!/usr/bin/python3
"""usage: store_refuses.py TWILIO-SIM PART

What --store does with a full disk, and with files that are no store, or another one's. Run by ctest (sim_command.store_PART).
"""
import base64
import ctypes
import http.client
import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess

from store_process import GUARD_S, PROGRAM, FOLDER, STORE, running, check, equal, Simulator, refused, edit, main


def fill_up(sim, make_full, make_room):
    kept = [sim.create(f'kept {i}')['sid'] for i in range(50)]
    make_full()
    status, undecided, turn = 201, 0, 0
    while status == 201 and turn < 5000:
        turn += 1
        status, text = sim.ask('POST', '/Messages.json', {'To': '+243810000001', 'From': '+15005550006', 'Body': 'x' * 1500})
        if status == 201:
            kept.append(json.loads(text)['sid'])
    equal(status, 500, 'a create on a full disk')
    check('cannot be written' in text, f'its text: {text!r}')
    if not text.startswith('twilio-sim: nothing was done'):  # the log could not be written either
        check(text.startswith('twilio-sim: it was done, and may be lost: the store'), f'its text: {text!r}')
        undecided = 1
    for method, path, body in (('POST', '/sim/v1/people', {'name': 'awa'}), ('GET', '/Messages.json', None),
                               ('GET', '/sim/v1/messages', None), ('POST', '/sim/v1/reset', {})):
        status, text = sim.ask(method, path, body)
        equal(status, 500, f'{method} {path} on a full disk')
        check(text.startswith('twilio-sim: nothing was done'), text)
    make_room()
    new = sim.create('there is room again')['sid']
    stored = [message['sid'] for message in sim.get('/sim/v1/messages?limit=10000')['messages']]
    equal([stored[0]] + stored[1 + undecided:], [new] + kept[::-1], 'what is there afterwards')
    equal(sim.get('/sim/v1/people')['people'], [], 'people')
    sim.kill()
    return stored


def part_full():
    """By a limit of the process: it works everywhere. At a start as well, where a signal comes with it."""
    for limit in (65536, 1 << 20):
        error = refused(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)))
        check(f'{STORE}' in error and 'cannot be' in error, error)
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
    """A file system of 10 MiB that is really full."""
    libc = own_mounts()
    place = os.path.join(FOLDER, 'small')
    os.mkdir(place)
    if libc is None or libc.mount(b'none', place.encode(), b'tmpfs', 0, b'size=10m') != 0:
        print('no mounts of our own here: part_full stands for it')
        return
    ballast, store = os.path.join(place, 'ballast'), os.path.join(place, 'store.db')
    with open(ballast, 'wb') as file:
        file.write(b'x' * 4096 * 1024)
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
    files = [store + suffix for suffix in ('', '-wal', '-redo', '-journal')]
    before, names = digest(*files), sorted(os.listdir(os.path.dirname(store)))
    error = refused(*options, store=store, **more)
    check(words in error, f'{words!r} is wanted in: {error}')
    check(digest(*files) == before, f'{store} was changed')
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
        file.write((3).to_bytes(4, 'big'))
    left_alone('another twilio-sim (version 3')
    with open(STORE, 'r+b') as file:
        file.seek(60)
        file.write((0).to_bytes(4, 'big'))
    left_alone('has no version')


def part_rights():
    """Read-only and unreadable, for somebody who is not root."""
    sim = Simulator()
    sim.stop()
    # Another user may not reach the program where it was built: below somebody's home.
    somebody = {'program': shutil.copy(PROGRAM, FOLDER), 'user': 65534, 'group': 65534, 'extra_groups': []} if os.getuid() == 0 else {}
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
    sim.kill()  # both logs are there
    parts = '', '-wal', '-redo'
    killed = digest(*(STORE + part for part in parts))
    check(all(killed), 'a file with two logs is wanted')

    def put(*contents):
        for part, content in zip(parts, contents):
            if content is None:
                os.path.exists(STORE + part) and os.unlink(STORE + part)
            else:
                with open(STORE + part, 'wb') as out:
                    out.write(content)

    file, wal, redo = killed
    put(b'', wal, redo)
    left_alone('store.db-wal is there')
    put(b'', None, redo)
    left_alone('store.db-redo is there')
    put(None, wal, redo)
    error = refused()
    check('is empty or gone' in error and not os.path.exists(STORE), error)
    put(file, wal, None)
    left_alone('store.db-redo is not there: the last changes')
    put(file, wal, redo[:5000])
    left_alone('store.db-redo is damaged')
    put(*killed)
    sim = Simulator()
    equal(len(sim.get('/sim/v1/messages')['messages']), 200, 'messages of the whole files')
    sim.stop()
    sim = Simulator()
    sim.create('one more')
    sim.kill()
    file, wal, redo = digest(*(STORE + part for part in parts))
    put(file[:4096 * 30] + bytes(4096) * 8 + file[4096 * 38:], wal, redo)
    left_alone('is damaged')  # and so are its logs
    put(file, wal, redo)
    sim = Simulator()
    equal(len(sim.get('/sim/v1/messages')['messages']), 201, 'messages')
    sim.stop()
    whole, none, nothing = digest(*(STORE + part for part in parts))
    equal((none, nothing), (None, None), 'logs after an end')
    put(whole[:len(whole) // 2], None, None)
    left_alone('is damaged')
    put(whole[:50], None, None)
    left_alone('is no store')
    put(whole[:4096] + bytes(4096) * 3 + whole[4096 * 4:], None, None)
    left_alone('is damaged')
    put(whole, None, None)
    edit('UPDATE message SET status = ? WHERE cursor = 7', 'sleeping')
    left_alone('the table message has a row 7 whose status makes no sense')
    edit('UPDATE message SET status = ? WHERE cursor = 7', 'delivered')
    edit('UPDATE journal SET records = substr(records, 1, length(records) - 1)')
    left_alone('whose records makes no sense')
    put(whole, None, None)
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


if __name__ == '__main__':
    main(globals(), __doc__)
