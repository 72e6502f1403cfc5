"""What virtual time costs, measured for ci/bench: by whole runs of the harness, read from their histories."""
import glob
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HARNESS = os.path.join(ROOT, 'build/bin/otp-harness')
SIM = os.path.join(ROOT, 'build/bin/twilio-sim')
FLOW = '''scenario: Backoff of 2 s and 4 s, then ten minutes until the code is dead
cases:
{}people: {{ awa: {{ country: CD }} }}
faults: [ {{ on: {{ channel: sms }}, first: 2, status: 503 }} ]
steps:
  - send-otp: {{ phone: $awa, channel: sms }}
    expect: {{ status: 200, took: 6s }}
  - receive: {{ to: awa, channel: sms }}
  - advance: {{ to: expiry, plus: 1ms }}
  - verify-otp: {{ phone: $awa, code: $awa.code }}
    expect: expired
'''
INTERVAL = {
    'app/app.js': '''let ticks = 0;
setInterval(() => { ticks++; }, 1000);
require('http').createServer((q, s) => s.end(String(ticks))).listen(3000);
''',
    'app/Idle.java': '''public class Idle {
    public static void main(String[] arguments) throws Exception {
        System.out.println("ready");
        new java.util.concurrent.CountDownLatch(1).await();
    }
}
''',
    'backend.yaml': '''backend: An interval of a second beside an idle JVM
cwd: app
build: [javac Idle.java]
services: { jvm: { run: [java, Idle], ready: { log: ready, within: 30s } } }
run: [node, app.js]
env: { PORT: '3000' }
ready: { http: /, within: 20s }
''',
    'x.yaml': '''scenario: Ten minutes of an interval of a second
steps:
  - advance: 600s
  - request: { path: / }
    expect: { text: '/^60[01]$/' }
''',
}
REQUESTS, WARM_UP = 3000, 12000
OVERHEAD_PAIRS, GENERATIONS = 10, 5


def run(folder, scenario, *options):
    """The lines of the history of each of its rows, in the order in which they ran."""
    result = subprocess.run([HARNESS, 'run', scenario, '--clock', 'virtual', '--output', os.path.join(folder, 'out'),
                             *options], cwd=folder, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f'ci/bench: {scenario} did not pass:\n{result.stdout}{result.stderr}')
    histories = []
    for path in sorted(glob.glob(os.path.join(folder, 'out/history/**/*.ndjson'), recursive=True), key=os.path.getmtime):
        with open(path) as lines:
            histories.append([json.loads(line) for line in lines])
    return histories


def real_ms(lines, kind, **fields):
    return [line['real_us'] / 1000 for line in lines
            if line['kind'] == kind and all(line.get(key) == value for key, value in fields.items())]


def expiry_flow(times=5):
    """What the flow takes in a backend that has served a request (the median), what it takes in one that has just become
    ready, from that moment on, and the jumps of the clock (the most)."""
    extra, jumps = [], []
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'flow.yaml'), 'w') as file:
            file.write(FLOW.format(''.join(f'  - {{ turn: "{turn}" }}\n' for turn in range(times + 1))))
        histories = run(folder, 'flow.yaml', '-j', '1', '--backend', os.path.join(ROOT, 'scenarios/backend.yaml'))
    for lines in histories:
        ready = real_ms(lines, 'process', event='ready') or real_ms(lines, 'phase', name='steps')
        extra.append(real_ms(lines, 'step', event='end')[-1] - ready[-1])
        jumps.append(len(real_ms(lines, 'jump')))
    return statistics.median(extra[1:]), extra[0], max(jumps)


def interval_beside_jvm():
    """Seconds of real time for 600 s; None where there is no Java."""
    if not shutil.which('java') or not shutil.which('javac'):
        return None
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, 'app'))
        for name, text in INTERVAL.items():
            with open(os.path.join(folder, name), 'w') as file:
                file.write(text)
        lines, = run(folder, 'x.yaml')
    return (real_ms(lines, 'step', path='steps[0]', event='end')[0] -
            real_ms(lines, 'step', path='steps[0]', event='begin')[0]) / 1000


class Server:
    """The reference backend behind `twilio-sim exec`: without the library, or with it on a clock that stands or runs."""

    def __init__(self, clock):
        command = [SIM, 'exec', *([] if clock == 'none' else ['--virtual-time']), '--', 'node', 'server.js']
        environment = dict(os.environ, PORT='0')
        environment.pop('REDIS_URL', None)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
                                        cwd=os.path.join(ROOT, 'fixtures/backend'), text=True)
        line = next(line for line in self.process.stdout if '"listening"' in line)
        self.port = json.loads(line)['port']
        self.drain = threading.Thread(target=self.process.stdout.read, daemon=True)
        self.drain.start()
        self.pid = self.child()
        if clock == 'stands':
            self.freeze()

    def child(self):
        for task in os.listdir(f'/proc/{self.process.pid}/task'):
            with open(f'/proc/{self.process.pid}/task/{task}/children') as children:
                for pid in children.read().split():
                    return int(pid)
        sys.exit('ci/bench: twilio-sim exec has no child')

    def freeze(self):
        with open(f'/proc/{self.pid}/environ') as environment:
            address = re.search(r'TWILIO_SIM_ADDRESS=([^\0]+)', environment.read()).group(1)
        urllib.request.urlopen(address + '/sim/v1/clock', b'{"freeze": true}').read()

    def cpu_ms(self):
        """By the scheduler's own count, in nanoseconds: a tick of the clock is too coarse."""
        total = 0
        for task in os.listdir(f'/proc/{self.pid}/task'):
            with open(f'/proc/{self.pid}/task/{task}/schedstat') as stat:
                total += int(stat.read().split()[0])
        return total / 1e6

    def load(self, requests):
        """CPU of the backend for so many requests, eight at a time."""
        before = self.cpu_ms()
        subprocess.run(['node', '-e', CLIENT, str(self.port), str(requests)], check=True)
        return self.cpu_ms() - before

    def stop(self):
        self.process.terminate()
        self.process.wait()


CLIENT = '''const http = require('http'), agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const body = JSON.stringify({ phoneNumber: '+243810000001', code: '123456', type: 'login' });
let left = +process.argv[2], open = 0;
const options = { port: +process.argv[1], host: '127.0.0.1', path: '/api/auth/verify-otp', method: 'POST', agent,
  headers: { 'Content-Type': 'application/json', 'Content-Length': body.length } };
const ended = (answer) => { if (answer.statusCode !== 400) process.exit(1); answer.resume();
  answer.on('end', () => { open--; next(); }); };
const next = () => { while (open < 8 && left > 0) { left--; open++; http.request(options, ended).end(body); }
  if (open === 0 && left === 0) agent.destroy(); };
next();'''


def preload_overhead():
    """CPU time of a request with the library above that without, in percent, on a clock that stands and on one that runs:
    ten alternating rounds, the median. Two processes of one program differ by as much as the library costs, so there are
    several of each, and they are compiled before they are measured."""
    ratios = {'stands': [], 'runs': []}
    for _ in range(GENERATIONS):
        servers = {clock: Server(clock) for clock in ('none', 'stands', 'runs')}
        for server in servers.values():
            server.load(WARM_UP)
        for turn in range(OVERHEAD_PAIRS // GENERATIONS):
            order = list(servers) if turn % 2 else list(reversed(servers))
            used = {clock: servers[clock].load(REQUESTS) for clock in order}
            for clock, list_of in ratios.items():
                list_of.append(used[clock] / used['none'])
        for server in servers.values():
            server.stop()
    return [(statistics.median(ratios[clock]) - 1) * 100 for clock in ('stands', 'runs')]
