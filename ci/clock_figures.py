"""What virtual time costs, measured for ci/bench: by whole runs of the harness, read from their histories."""
import glob
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HARNESS = os.path.join(ROOT, 'build/bin/otp-harness')
SIM = os.path.join(ROOT, 'build/bin/twilio-sim')
FLOW = '''scenario: Backoff of 2 s and 4 s, then ten minutes until the code is dead
people: { awa: { country: CD } }
faults: [ { on: { channel: sms }, first: 2, status: 503 } ]
steps:
  - send-otp: { phone: $awa, channel: sms }
    expect: { status: 200, took: 6s }
  - receive: { to: awa, channel: sms }
  - advance: { to: expiry, plus: 1ms }
  - verify-otp: { phone: $awa, code: $awa.code }
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
REQUESTS = 4000
OVERHEAD_PAIRS = 10


def run(folder, scenario, *options):
    """One scenario; the lines of its history."""
    result = subprocess.run([HARNESS, 'run', scenario, '--clock', 'virtual', '--output', os.path.join(folder, 'out'),
                             *options], cwd=folder, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f'ci/bench: {scenario} did not pass:\n{result.stdout}{result.stderr}')
    path, = glob.glob(os.path.join(folder, 'out/history/**/*.ndjson'), recursive=True)
    with open(path) as lines:
        return [json.loads(line) for line in lines]


def real_ms(lines, kind, **fields):
    return [line['real_us'] / 1000 for line in lines
            if line['kind'] == kind and all(line.get(key) == value for key, value in fields.items())]


def expiry_flow(times=5):
    """From the moment at which the backend is ready to the end of the last step; and the jumps of the clock."""
    extra, jumps = [], []
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'flow.yaml'), 'w') as file:
            file.write(FLOW)
        for _ in range(times):
            lines = run(folder, 'flow.yaml', '--backend', os.path.join(ROOT, 'scenarios/backend.yaml'))
            extra.append(real_ms(lines, 'step', event='end')[-1] - real_ms(lines, 'process', event='ready')[-1])
            jumps.append(len(real_ms(lines, 'jump')))
    return statistics.median(extra), max(jumps)


def interval_beside_jvm():
    """Seconds of real time for 600 s; None where there is no Java."""
    if not shutil.which('java') or not shutil.which('javac'):
        return None
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, 'app'))
        for name, text in INTERVAL.items():
            with open(os.path.join(folder, name), 'w') as file:
                file.write(text)
        lines = run(folder, 'x.yaml')
    return (real_ms(lines, 'step', path='steps[0]', event='end')[0] -
            real_ms(lines, 'step', path='steps[0]', event='begin')[0]) / 1000


class Server:
    """A small Node server behind `twilio-sim exec`, with or without the library and its clock."""
    SOURCE = ("const s = require('http').createServer((q, a) => { setTimeout(() => {}, 5).unref(); Date.now();"
              " a.end('ok'); }).listen(0, '127.0.0.1', () => console.log(process.pid, s.address().port));"
              "s.keepAliveTimeout = 60000;")

    def __init__(self, virtual):
        command = [SIM, 'exec', '--quiet', *(['--virtual-time'] if virtual else []), '--', 'node', '-e', self.SOURCE]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        words = self.process.stdout.readline().split()
        self.pid, self.port = int(words[0]), int(words[1])

    def cpu_ms(self):
        with open(f'/proc/{self.pid}/stat') as stat:
            fields = stat.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf('SC_CLK_TCK')

    def load(self):
        """CPU of the backend for REQUESTS requests, eight at a time."""
        before = self.cpu_ms()
        subprocess.run(['node', '-e', CLIENT, str(self.port), str(REQUESTS)], check=True)
        return self.cpu_ms() - before

    def stop(self):
        self.process.terminate()
        self.process.wait()


CLIENT = '''const http = require('http'), agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
let left = +process.argv[2], open = 0;
const next = () => { while (open < 8 && left > 0) { left--; open++;
  http.get({ port: +process.argv[1], host: '127.0.0.1', agent }, (r) => { r.resume(); r.on('end', () => { open--; next(); }); }); }
  if (open === 0 && left === 0) agent.destroy(); };
next();'''


def preload_overhead():
    """CPU time of a request with the library above that without, in percent: ten alternating pairs, the median."""
    servers = {'with': Server(True), 'without': Server(False)}
    for server in servers.values():
        server.load()  # compiled once
    ratios = []
    for pair in range(OVERHEAD_PAIRS):
        used = {name: servers[name].load() for name in (('with', 'without') if pair % 2 else ('without', 'with'))}
        ratios.append(used['with'] / used['without'])
    for server in servers.values():
        server.stop()
    return (statistics.median(ratios) - 1) * 100


def suite_figures(events):
    """From the events of a run of the suite: hours of virtual time."""
    virtual_ms = sum(event.get('virtual_ms', 0) for event in events if event.get('clock') == 'virtual')
    return virtual_ms / 3600000


def clock_of(address):
    return json.load(urllib.request.urlopen(address + '/sim/v1/clock'))
