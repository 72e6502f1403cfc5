"""The pipelines of this folder, run: every `run:` and `script:` line of the files is executed as a shell of that CI would,
in this tree. Of the compose file each service runs in a network namespace of its own, joined by a cable, with the aliases
in /etc/hosts and the volume as a folder.

Prints a line for every command that it ran, and fails when one fails, when a file has lines that it does not understand, or
when the result is not what the file promises. What would change the machine is not run and named: packages are looked up
among the installed ones instead, and sysctl is only looked at. usage: pipelines_test.py [FILE...]"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LIMIT_S = 300
REFUSED = ['unshare', '--user', '--map-root-user', 'sh', '-c',
           'echo 0 >/proc/sys/user/max_user_namespaces && ! unshare --user true 2>/dev/null && exec "$@"', 'sh']


class Wrong(Exception):
    pass


def read(name):
    with open(os.path.join(HERE, name)) as file:
        return yaml.safe_load(file)


# Stand before the real ones on PATH: what they would do to the machine is looked up instead.
SHIMS = {
    'apt-get': '''#!/bin/sh
[ "$1" = update ] && exit 0
[ "$1" = install ] || { echo "apt-get $1 is not known here" >&2; exit 1; }
for word in "$@"; do
  case $word in install | -*) ;; *) dpkg -s "$word" >/dev/null || exit 1 ;; esac
done
''',
    'sudo': '#!/bin/sh\nexec "$@"\n',
    'sysctl': '#!/bin/sh\n[ "$1 $2" = "-e -w" ] && case $3 in kernel.apparmor_restrict_unprivileged_userns=0) exit 0 ;; esac\nexit 1\n',
}


class Runner:
    """A machine of that CI: its variables, the folder of its files, what its shell does with a line."""

    def __init__(self, folder, variables, before=()):
        self.before = list(before)
        self.shims = os.path.join(folder, 'shims')
        self.files = {name: os.path.join(folder, name) for name in ('GITHUB_PATH', 'GITHUB_STEP_SUMMARY')}
        os.mkdir(self.shims)
        for name, text in SHIMS.items():
            path = os.path.join(self.shims, name)
            with open(path, 'w') as file:
                file.write(text)
            os.chmod(path, 0o755)
        for path in self.files.values():
            open(path, 'w').close()
        self.env = {key: os.environ[key] for key in ('HOME', 'LANG', 'CCACHE_DIR') if key in os.environ}
        self.env.update({key: str(value) for key, value in variables.items()})
        self.env['OTP_HARNESS_OUTPUT'] = os.path.join(folder, 'otp-report')     # this tree is not ours alone
        self.path = os.environ['PATH']
        self.said = ''

    def run(self, name, script, shell=('bash', '-e', '-o', 'pipefail', '-c')):
        for line in script.strip().splitlines():
            print(f'     {name}: {line}', flush=True)
        with open(self.files['GITHUB_PATH']) as file:
            added = file.read().split()
        env = dict(self.env, PATH=':'.join([self.shims, *reversed(added), self.path]), **self.files)
        done = subprocess.run([*self.before, *shell, script], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT_S)
        self.said += done.stdout
        if done.returncode:
            raise Wrong(f'exit status {done.returncode} of {script!r}:\n{done.stdout[-2000:]}')

    def has_said(self, words):
        if words not in self.said:
            raise Wrong(f'it does not say {words!r}:\n{self.said[-2000:]}')


def run_github(name, folder, before=(), says=()):
    """Each step of each job; a step that uses an action is one of those that need GitHub itself."""
    flow = read(name)
    for job in flow['jobs'].values():
        runner = Runner(folder, flow['env'], before)
        for step in job['steps']:
            if 'run' in step:
                runner.run(step['name'], step['run'])
            elif step['uses'].split('@')[0] in ('actions/checkout', 'actions/upload-artifact'):
                print(f'     left to GitHub: {step["uses"]}')
            else:
                raise Wrong(f'a step that is not understood: {step}')
        for words in ('failed\n', *says):
            runner.has_said(words)
        with open(runner.files['GITHUB_STEP_SUMMARY']) as file:
            if '## otp-harness: ' not in file.read():
                raise Wrong('the step has no summary')


def run_gitlab(name, folder, before=(), says=()):
    """before_script and script are one shell."""
    for job in read(name).values():
        runner = Runner(folder, job['variables'], before)
        runner.run('script', '\n'.join(job['before_script'] + job['script']))
        for words in says:
            runner.has_said(words)
        for path in job['artifacts']['paths'] + [job['artifacts']['reports']['junit']]:
            if not os.path.exists(os.path.join(folder, path)):
                raise Wrong(f'the artifact {path} is not there')


# ---- compose

def build_network(folder):
    """This process enters a user, network and mount namespace; returns the prefix of a command in the other's network."""
    hosts = os.path.join(folder, 'hosts')
    second = subprocess.Popen(['unshare', '--net', '--mount', 'sh', '-c', f'echo there; exec sleep {LIMIT_S}'], stdout=subprocess.PIPE)
    if second.stdout.readline() != b'there\n':
        raise Wrong('there is no second network')
    inside = ['nsenter', '-t', str(second.pid), '--net', '--mount']
    for command in (['ip', 'link', 'set', 'lo', 'up'],
                    ['ip', 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'two', 'netns', str(second.pid)],
                    ['ip', 'addr', 'add', '10.77.0.1/24', 'dev', 'one'], ['ip', 'link', 'set', 'one', 'up'],
                    [*inside, 'ip', 'link', 'set', 'lo', 'up'],
                    [*inside, 'ip', 'addr', 'add', '10.77.0.2/24', 'dev', 'two'],
                    [*inside, 'ip', 'link', 'set', 'two', 'up']):
        subprocess.run(command, check=True)
    return second, inside, hosts


def write_hosts(hosts, services):
    with open(hosts, 'w') as file:
        file.write('127.0.0.1 localhost\n')
        for address, (name, service) in zip(('10.77.0.1', '10.77.0.2'), services.items()):
            aliases = service.get('networks', {}).get('default', {}).get('aliases', [])
            file.write(' '.join([address, name, *aliases]) + '\n')


def start(name, command, log, started, env, before=()):
    """A service, until it has said its first line: both say it when they listen."""
    print(f'     {name}:', ' '.join(command))
    started.append(subprocess.Popen([*before, *command], env=env, stdout=subprocess.PIPE, stderr=log, text=True))
    if not started[-1].stdout.readline():
        raise Wrong(f'{name} ended at once')


def ask(inside, *words):
    done = subprocess.run([*inside, 'curl', '-sS', '-m', '20', '--noproxy', '*', *words], capture_output=True, text=True)
    if done.returncode:
        raise Wrong(f'curl {" ".join(words)}: {done.stderr}')
    return done.stdout


def sign_in(inside, token):
    """A code is asked for, goes out to https://api.twilio.com, is read from the simulator as another service would, and used."""
    form = ['-H', 'Content-Type: application/json', '-d']
    phone = '+243810000001'
    sent = ask(inside, *form, json.dumps({'phoneNumber': phone, 'channel': 'sms'}), 'http://backend:3000/api/auth/send-otp')
    code = ask(inside, '-H', f'Authorization: Bearer {token}', 'http://twilio/sim/v1/code?to=%2B243810000001').strip()
    print(f'     {sent.strip()} {code}')
    done = ask(inside, *form, json.dumps({'phoneNumber': phone, 'code': code}), 'http://backend:3000/api/auth/verify-otp')
    if not json.loads(done)['success']:
        raise Wrong(f'the code does not sign in: {done}')
    if ask(inside, '-o', '/dev/null', '-w', '%{http_code}', 'http://twilio/sim/v1/messages') != '401':
        raise Wrong('/sim/v1 answers without its token')


def compose_inside(folder):
    services = read('compose.yaml')['services']
    twilio, backend = services['twilio'], services['backend']
    second, inside, hosts = build_network(folder)
    write_hosts(hosts, services)
    for prefix in ([], inside):
        subprocess.run([*prefix, 'mount', '--bind', folder, '/srv'], check=True)     # the volume, and the backend's folder
        subprocess.run([*prefix, 'mount', '--bind', hosts, '/etc/hosts'], check=True)
    started = []
    try:
        with open(os.path.join(folder, 'log'), 'w') as log:
            path = os.path.join(ROOT, 'build/bin') + ':' + os.environ['PATH']
            start('twilio', twilio['command'], log, started, {'PATH': path})
            check = twilio['healthcheck']['test'][1:]
            print('     twilio:', ' '.join(check))
            if subprocess.run(check, stdout=log, stderr=log).returncode:
                raise Wrong(f'not healthy: {check}')
            env = {**{key: str(value) for key, value in backend['environment'].items()}, 'PATH': os.environ['PATH']}
            start('backend', backend['command'], log, started, env, [*inside, 'env', '--chdir=' + backend['working_dir']])
        sign_in(inside, 'only-for-tests')
    except Wrong as wrong:
        for process in started:
            process.kill()
        said = ''.join(process.stdout.read() for process in started)
        with open(os.path.join(folder, 'log')) as log:
            raise Wrong(f'{wrong}\n{log.read()[-1500:]}\n{said[-1500:]}') from wrong
    finally:
        for process in [*started, second]:
            process.kill()
            process.wait()


def run_compose(name, folder):
    """The rest happens in namespaces of our own, where this script is started again."""
    shutil.copytree(os.path.join(ROOT, 'fixtures/python'), os.path.join(folder, 'app'))
    os.mkdir(os.path.join(folder, 'twilio-ca'))
    for service in read(name)['services'].values():
        if not service['volumes'][0].startswith('twilio-ca:/srv/twilio-ca'):
            raise Wrong('the volume is not where this test mounts it')
    done = subprocess.run(['unshare', '--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--mount-proc',
                           sys.executable, os.path.abspath(__file__), '--inside', folder], timeout=LIMIT_S)
    if done.returncode:
        raise Wrong('see above')


PIPELINES = {
    'github-actions.yml': lambda name, folder: run_github(name, folder, says=['sandbox: ', '0 failed']),
    'gitlab-ci.yml': lambda name, folder: run_gitlab(name, folder, REFUSED, ['sandbox: preload', '0 failed']),
    'container.yml': lambda name, folder: run_github(name, folder, REFUSED, ['sandbox: preload', '0 failed']),
    'compose.yaml': run_compose,
}


def every_file_is_known():
    files = {name for name in os.listdir(HERE) if re.search(r'\.ya?ml$', name)}
    if files != set(PIPELINES):
        raise Wrong(f'files without a test, or tests without a file: {sorted(files ^ set(PIPELINES))}')


def lint():
    rules = '{extends: default, rules: {line-length: {max: 130}, braces: disable, comments: disable}}'
    done = subprocess.run(['yamllint', '-s', '-d', rules, HERE], capture_output=True, text=True)
    if done.returncode:
        raise Wrong(done.stdout)


def main():
    if sys.argv[1:2] == ['--inside']:
        compose_inside(sys.argv[2])
        return 0
    failed = 0
    for name in sys.argv[1:] or ['every file', 'yamllint', *PIPELINES]:
        folder = tempfile.mkdtemp(prefix='pipeline-')
        started = time.monotonic()
        try:
            {'every file': lambda *_: every_file_is_known(), 'yamllint': lambda *_: lint(), **PIPELINES}[name](name, folder)
            print(f'ok   {name}  {time.monotonic() - started:.1f} s', flush=True)
        except (Wrong, subprocess.SubprocessError) as wrong:
            failed += 1
            print(f'FAIL {name}: {wrong}', flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except Wrong as wrong:
        sys.exit(str(wrong))
