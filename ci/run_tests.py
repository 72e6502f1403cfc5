"""The tests of `ci/test`, one step after the other; ci/test says how it is called and sees that Python is there."""
import concurrent.futures
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, 'build/test')
LOGS = os.path.join(ROOT, 'build/logs')
HARNESS = os.path.join(BUILD, 'bin/otp-harness')
NODE = os.path.join(ROOT, 'build/tools/node_modules/.bin')


def option(name, fallback):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else fallback


JOBS = option('-j', str(os.cpu_count()))
ORDER = option('--order', 'file')


def run(name, command, cwd=ROOT):
    """Runs to the end with its output in build/logs/NAME.log; returns (status, output)."""
    path = os.path.join(LOGS, name + '.log')
    environment = dict(os.environ, PATH=NODE + os.pathsep + os.environ['PATH'])
    with open(path, 'w') as log:
        status = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                env=environment).returncode
    with open(path, errors='replace') as log:
        return status, log.read()


def fault(text):
    print(f'     {text}', flush=True)


def counts(name, status, output):
    """The last "N passed, N failed" of a program; one failure when it has none."""
    found = re.findall(r'^(\d+) passed, (\d+) failed', output, flags=re.M)
    if not found:
        fault(f'{name} ended with status {status}; see build/logs/{name}.log')
        return 0, 1
    passed, failed = map(int, found[-1])
    if failed or status:
        for line in output.splitlines():
            if re.match(r'\s*(FAIL|fail|not ok)\b', line):
                fault(line.strip()[:160])
        fault(f'see build/logs/{name}.log')
    return passed, max(failed, 1 if status else 0)


def step_unit():
    report = os.path.join(LOGS, 'unit.xml')
    command = ['ctest', '--test-dir', BUILD, '-j', JOBS, '--output-on-failure', '--output-junit', report]
    if ORDER.startswith('random'):
        command.append('--schedule-random')
    run('unit', command)
    passed = failed = 0
    for case in xml.etree.ElementTree.parse(report).getroot().iter('testcase'):
        if case.get('status') == 'run':
            passed += 1
            for line in re.findall(r'^left out: .*', case.findtext('system-out') or '', flags=re.M):
                print(f'     {line}', flush=True)
        else:
            failed += 1
            fault(f'{case.get("name")}: {case.get("status")}; see build/logs/unit.log')
    return passed, failed


def step_backend():
    status, output = run('backend', ['npm', 'test', '--silent'], os.path.join(ROOT, 'fixtures/backend'))
    passed = re.findall(r'^\S+ pass (\d+)', output, flags=re.M)
    failed = re.findall(r'^\S+ fail (\d+)', output, flags=re.M)
    if not passed or status:
        fault('see build/logs/backend.log')
    return (int(passed[-1]) if passed else 0), max(int(failed[-1]) if failed else 0, 1 if status else 0)


def step_conformance():
    return counts('conformance', *run('conformance', ['node', 'fixtures/conformance/run.mjs',
                                                      os.path.join(BUILD, 'bin/twilio-sim')]))


def step_scenarios():
    return counts('scenarios', *run('scenarios', [HARNESS, 'run', '-j', JOBS, '--order', ORDER, '--report', 'junit',
                                                  'scenarios']))


def mutants():
    """fixtures/mutants/mutants.yaml: name -> what it is, and the scenarios of which one has to fail."""
    import yaml
    with open(os.path.join(ROOT, 'fixtures/mutants/mutants.yaml')) as file:
        return [(name, row['caught-by']) for name, row in yaml.safe_load(file).items()]


def judge_mutant(mutant):
    name, scenarios = mutant
    paths = ['scenarios/' + path for path in scenarios]
    status, output = run(f'mutant-{name}', [HARNESS, 'run', '-j', '1', '--env', f'BUG={name}', '--output',
                                            f'build/logs/mutant-{name}', *paths])
    caught = re.findall(r'^\s*FAIL\s+(.*?)(?:\s{2,}.*)?$', output, flags=re.M)
    return name, status == 1, caught[0] if caught else ', '.join(scenarios)


def step_mutants():
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(int(JOBS)) as pool:
        for name, caught, scenario in pool.map(judge_mutant, mutants()):
            if caught:
                passed += 1
                print(f'     {name}: caught by {scenario}', flush=True)
            else:
                failed += 1
                fault(f'FAIL {name}: not caught; see build/logs/mutant-{name}.log')
    return passed, failed


def step_package():
    return counts('package', *run('package', ['/usr/bin/python3', 'ci/package_tests.py']))


def step_check():
    return counts('check', *run('check', ['ci/check', '--fast']))


STEPS = {'unit': step_unit, 'backend': step_backend, 'conformance': step_conformance, 'scenarios': step_scenarios,
         'mutants': step_mutants, 'package': step_package, 'check': step_check}


def main():
    only = [sys.argv[i + 1] for i, word in enumerate(sys.argv) if word == '--only']
    unknown = [name for name in only if name not in STEPS]
    if unknown:
        print(f'ci/test: unknown step {unknown[0]}; see ci/test --help', file=sys.stderr)
        return 2
    status = subprocess.run(['ci/build', 'test', 'release'], cwd=ROOT).returncode
    if status:
        return status
    os.makedirs(LOGS, exist_ok=True)
    passed = failed = 0
    for name in only or STEPS:
        started = time.monotonic()
        good, bad = STEPS[name]()
        passed, failed = passed + good, failed + bad
        print(f'{"FAIL" if bad else "ok  "} {name:12} {good:4} passed, {bad} failed  {time.monotonic() - started:6.1f} s',
              flush=True)
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
