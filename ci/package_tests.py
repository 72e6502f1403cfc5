#!/usr/bin/python3
"""usage: ci/package_tests.py [WORD]...

What somebody gets who installs this: the files, the packages, the programs run from where they were put (as packed by
ci/package), the texts for man and the shells. With words only the tests whose names have one. One line a test, last
"N passed, N failed". Needs the release build.
"""
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, 'build')
PROGRAMS = ('twilio-sim', 'otp-harness')
SECONDS = 120  # a guard, never a measure

FILES = '''bin/otp-harness bin/twilio-sim lib/twilio-sim/preload/twilio-sim-preload-probe
lib/twilio-sim/preload/twilio-sim-preload.so share/bash-completion/completions/otp-harness
share/bash-completion/completions/twilio-sim share/doc/twilio-sim/README.md share/doc/twilio-sim/changelog.gz
share/doc/twilio-sim/copyright share/fish/vendor_completions.d/otp-harness.fish
share/fish/vendor_completions.d/twilio-sim.fish share/man/man1/otp-harness.1.gz share/man/man1/twilio-sim.1.gz
share/twilio-sim/fixtures/small/backend.py share/twilio-sim/fixtures/small/backend.yaml
share/twilio-sim/fixtures/small/scenarios/a_code_signs_in_until_it_expires.yaml
share/zsh/vendor-completions/_otp-harness share/zsh/vendor-completions/_twilio-sim'''.split()
LIBRARIES = {'libc6', 'libcurl3-gnutls', 'libgnutls30', 'libjansson4', 'libjq1', 'libmicrohttpd12', 'libpcre2-8-0',
             'libsqlite3-0', 'libyaml-0-2'}


class Wrong(Exception):
    pass


def want(true, text):
    if not true:
        raise Wrong(text)


def run(command, status=0, **more):
    """stdout of what ended as expected."""
    more.setdefault('cwd', ROOT)
    result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL, **more)
    want(result.returncode == status, f'{" ".join(command)[:200]}: status {result.returncode}\n{(result.stdout + result.stderr)[-1500:]}')
    return result.stdout


def under(folder):
    """Every file below, as paths from there."""
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)


def tracked(folder, *without):
    return [f for f in run(['git', 'ls-files', folder]).split() if not any(re.search(part, f) for part in without)]


def wanted_files():
    shared = tracked('scenarios') + tracked('fixtures/backend', r'\.test\.js$', r'/\.gitignore$')
    return sorted(FILES + ['share/twilio-sim/' + f for f in shared])


def same_files(found, what):
    lost, extra = set(wanted_files()) - set(found), set(found) - set(wanted_files())
    want(not lost and not extra, f'{what}: missing {sorted(lost)[:5]}, unexpected {sorted(extra)[:5]}')


class Place:
    """A folder of its own, gone afterwards."""
    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix='package-')
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path)


def package(kind):
    found = [f for f in os.listdir(os.path.join(BUILD, 'package')) if f.endswith(kind)]
    want(len(found) == 1, f'build/package has {len(found)} of {kind}')
    return os.path.join(BUILD, 'package', found[0])


def serves(prefix):
    """A message through the simulator of this prefix, and its code."""
    process = subprocess.Popen([prefix + '/bin/twilio-sim', '--port', '0'], stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(process.stdout.readline())
        address = ready['address'] if '//' in ready['address'] else 'http://' + ready['address']
        form = {'To': '+243810000001', 'From': ready['number'], 'Body': 'Your code is 482913'}
        run(['curl', '--silent', '--fail', '-u', f'{ready["account_sid"]}:{ready["auth_token"]}', '-d', urllib.parse.urlencode(form),
             f'{address}/2010-04-01/Accounts/{ready["account_sid"]}/Messages.json'])
        code = run(['curl', '--silent', '--fail', address + '/sim/v1/code?to=%2B243810000001'])
        want(code.strip() == '482913', f'the code is {code!r}')
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)
    want(process.returncode == 0, f'twilio-sim ended with status {process.returncode}')


def works(prefix):
    """Both programs, the library that they preload, and a bundled scenario against the example by two ways."""
    serves(prefix)
    run([prefix + '/bin/twilio-sim', 'exec', '--preload', '--', 'curl', '--silent', '--output', '/dev/null', 'http://api.twilio.com/'])
    with Place() as out:
        for way in ('auto', 'preload'):
            output = run([prefix + '/bin/otp-harness', 'run', '--backend', 'backend.yaml', '--sandbox', way, '--clock', 'virtual', '--output', out,
                          '../../scenarios/verification/the_right_code_signs_in.yaml'],
                         cwd=prefix + '/share/twilio-sim/fixtures/small')
            want('\n1 passed, 0 failed' in output, output)


def test_installed_in_a_prefix_that_is_then_moved():
    with Place() as place:
        run(['cmake', '--install', BUILD, '--prefix', place + '/first'])
        same_files(under(place + '/first'), 'cmake --install')
        works(place + '/first')
        os.rename(place + '/first', place + '/second')
        works(place + '/second')


def test_the_example_runs_as_its_folder_stands():
    with Place() as place:
        shutil.copytree(ROOT + '/fixtures/small', place + '/small')
        output = run([BUILD + '/bin/otp-harness', 'run', '--clock', 'virtual'], cwd=place + '/small')
        want('\n1 passed, 0 failed' in output, output)


def test_destdir_goes_before_the_prefix():
    with Place() as place:
        run(['cmake', '--install', BUILD, '--prefix', '/opt/otp'], env=dict(os.environ, DESTDIR=place))
        same_files(under(place + '/opt/otp'), 'DESTDIR')
        want(os.listdir(place) == ['opt'], f'beside opt: {os.listdir(place)}')


def test_the_tarball_runs_from_any_folder():
    with Place() as place:
        run(['tar', 'xf', package('.tar.gz'), '-C', place])
        want(len(os.listdir(place)) == 1, f'more than one folder: {os.listdir(place)}')
        os.rename(os.path.join(place, os.listdir(place)[0]), place + '/elsewhere')
        same_files(under(place + '/elsewhere'), 'the tarball')
        works(place + '/elsewhere')


def test_the_debian_package_has_these_files_of_root():
    rows = [line.split() for line in run(['dpkg-deb', '-c', package('.deb')]).splitlines()]
    want({row[1] for row in rows} == {'root/root'}, 'somebody else than root owns files')
    modes = {row[0] for row in rows}
    want(modes <= {'drwxr-xr-x', '-rwxr-xr-x', '-rw-r--r--'}, f'modes: {sorted(modes)}')
    same_files([row[5][len('./usr/'):] for row in rows if row[0][0] == '-'], 'the Debian package')
    with Place() as place:
        run(['dpkg-deb', '-x', package('.deb'), place])
        works(place + '/usr')


def test_the_debian_package_says_what_it_needs():
    fields = dict(re.findall(r'^ ?([A-Z][\w-]+): (.*)$', run(['dpkg-deb', '-I', package('.deb')]), flags=re.M))
    needs = {re.sub(r' \(.*', '', name) for name in fields['Depends'].split(', ')}
    want(needs == LIBRARIES, f'Depends: {fields["Depends"]}')
    want((fields['Package'], fields['Section']) == ('twilio-sim', 'devel'), str(fields))
    with Place() as place:
        run(['dpkg-deb', '-e', package('.deb'), place])
        want(sorted(os.listdir(place)) == ['control', 'md5sums'], f'its scripts and configuration: {os.listdir(place)}')
    version = run([BUILD + '/bin/twilio-sim', '--version']).split()[1]
    with open(ROOT + '/ci/packaging/changelog') as file:
        want(f'({version})' in file.readline() and fields['Version'] == version, 'the changelog is of another version')


def test_the_version_tells_source_and_build():
    source = run(['git', 'describe', '--tags', '--always', '--dirty']).strip()
    for name in PROGRAMS:
        line = run([f'{BUILD}/bin/{name}', '--version'])
        found = re.fullmatch(rf'{name} (\d+\.\d+\.\d+) \(source (\S+), build ([0-9a-f]{{40}}), (?:gcc|\w* ?[Cc]lang)[^\n]*\)\n', line)
        want(found, line)
        want(found[2] == source, f'source {found[2]}, git says {source}')
        want(found[3] in run(['readelf', '-n', f'{BUILD}/bin/{name}']), f'{name}: another build id than in its file')


def test_a_build_after_a_build_makes_nothing():
    def times():
        return [os.stat(f'{BUILD}/bin/{name}').st_mtime_ns for name in PROGRAMS]
    before = times()
    run(['ninja', '-C', BUILD])
    want(times() == before, 'the programs were linked again')


def test_the_manual_pages_are_sound():
    for name in PROGRAMS:
        with gzip.open(f'{BUILD}/printed/{name}.1.gz', 'rt') as file:
            page = file.read()
        want(page == run([f'{BUILD}/bin/{name}', 'print', 'man']), f'{name}.1.gz is not what the program prints')
        for command in (['mandoc', '-Tlint'], ['groff', '-ww', '-man', '-Tutf8', '-z']):
            result = subprocess.run(command, input=page, capture_output=True, text=True, timeout=SECONDS)
            want(result.returncode == 0 and not result.stdout + result.stderr, f'{name}: {result.stdout}{result.stderr}')


def commands_of(name):
    """Of each command: the options that --help shows, and the words of those that are a choice."""
    text = run([f'{BUILD}/bin/{name}', '--help'])
    named = set(re.findall(rf'^  {name} ([a-z][a-z-]*) ', text, flags=re.M))
    want(len(named) >= 3, f'{name} --help lists {named}')
    for command in sorted(named | {''}):
        help_text = run([f'{BUILD}/bin/{name}', *filter(None, [command]), '--help'])
        yield command, re.findall(r'^  (?:-\w, |    )--([a-z-]+)(?: (\S+))?', help_text, flags=re.M)


def test_every_option_is_in_the_page_and_in_each_completion():
    for name in PROGRAMS:
        texts = {form: run([f'{BUILD}/bin/{name}', 'print', form]) for form in ('man', 'bash', 'zsh', 'fish')}
        for command, options in commands_of(name):
            for option, value in options:
                forms = {'man': ('--' + option).replace('-', '\\-'), 'bash': f'--{option} ', 'zsh': f"'--{option}",
                         'fish': f' -l {option} '}
                for form, shown in forms.items():
                    have = texts[form] if form != 'zsh' else texts[form].replace("'*--", "'--")
                    want(shown in have, f'{name} {command}: --{option} is not in {form}')
                if '|' in value:
                    for form in ('bash', 'zsh', 'fish'):
                        want(value.replace('|', ' ') in texts[form], f'{name} {command}: the words of --{option} are not in {form}')


BASH_CASES = (
    # words before the cursor, what completes them
    ('twilio-sim ex', ['exec']),
    ('twilio-sim --account-p', ['--account-plan']),
    ('twilio-sim --account-plan tr', ['trial-legacy']),
    ('twilio-sim --account-plan = tes', ['test']),  # as bash parts the words of --account-plan=tes
    ('twilio-sim exec --preload --suspended-code 2000', ['20003', '20005']),
    ('twilio-sim exec --prel', ['--preload']),
    ('twilio-sim exec -- mkti', ['mktime-of-ours']),
    ('twilio-sim codes --', ['--version', '--help']),
    ('twilio-sim print f', ['fish']),
    ('twilio-sim --port ', []),
    ('twilio-sim --callback-ca a-', ['a-file', 'a-folder']),
    ('twilio-sim --ca-dir a-', ['a-folder']),
    ('otp-harness li', ['lint', 'list']),
    ('otp-harness --ver', ['--version']),
    ('otp-harness run --sandbox n', ['namespace']),
    ('otp-harness run a-', ['a-file', 'a-folder']),
    ('otp-harness nothing --', []),
)


def bash_completes(line, folder):
    """COMPREPLY of the installed function, called as bash calls it."""
    words = line.split(' ')
    quoted = ' '.join(f"'{word}'" for word in words)
    script = (f'source {folder}/share/bash-completion/completions/{words[0]}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; '
              f'$(complete -p {words[0]} | sed "s/.*-F \\([a-z_]*\\).*/\\1/"); printf "%s\\n" "${{COMPREPLY[@]}}"')
    return run(['bash', '--norc', '-c', script], cwd=folder + '/trial', env=dict(os.environ, PATH=f'{folder}/trial:{os.environ["PATH"]}')).split()


def test_bash_completes():
    with Place() as place:
        run(['cmake', '--install', BUILD, '--prefix', place])
        os.makedirs(place + '/trial/a-folder')
        open(place + '/trial/a-file', 'w').close()
        with open(place + '/trial/mktime-of-ours', 'w') as file:
            os.fchmod(file.fileno(), 0o755)
        for line, expected in BASH_CASES:
            found = bash_completes(line, place)
            want(sorted(found) == sorted(expected), f'{line!r}: {found}, not {expected}')


def test_zsh_takes_the_completion():
    for name in PROGRAMS:
        run(['zsh', '-n', f'{BUILD}/printed/zsh/_{name}'])
        with open(f'{BUILD}/printed/zsh/_{name}') as file:
            specs = [line.rstrip('\\\n ;') for line in file if re.match(r" {12}'\*?-", line)]
        for spec in specs:  # as _arguments wants them, which zsh itself reads only when somebody completes
            want(re.fullmatch(r" +'\*?--?[a-z-]+=?\[(?:[^]\\:']|\\.|'\\'')+\](?::(?:[^:\\]|\\.)+:(?: |_files(?: -/)?|\([^)]+\)))?'", spec.split(" '*:argument")[0]),
                 f'{name}: {spec}')
        want(len(specs) > 20, f'{name}: {len(specs)} options')
        run(['zsh', '-fc', f'autoload -Uz compinit; compinit -D -u; source {BUILD}/printed/zsh/_{name}; (( $+_comps[{name}] ))'])


FISH_CASES = (
    ('twilio-sim ex', ['exec']),
    ('twilio-sim --account-plan tr', ['trial-legacy']),
    ('twilio-sim exec --prel', ['--preload']),
    ('otp-harness run --sandbox ', ['auto', 'namespace', 'preload', 'proxy']),
    ('otp-harness --ver', ['--version']),
)


def test_fish_completes():
    if shutil.which('fish') is None:
        return 'left out: fish is not installed, and ci/install does not bring it'
    for line, expected in FISH_CASES:
        script = f'source {BUILD}/printed/fish/{line.split()[0]}.fish; complete -C "{line}"'
        found = [row.split('\t')[0] for row in run(['fish', '--no-config', '-c', script]).splitlines()]
        want(found == expected, f'{line!r}: {found}, not {expected}')
    return None


def dockerfile():
    """Its instructions: [(name, rest)]."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, ROOT + '/ci/packaging')
    from dockerfile_script import instructions
    with open(ROOT + '/ci/Dockerfile') as file:
        return instructions(file.read())


def test_the_dockerfile_is_sound():
    run([ROOT + '/ci/packaging/node_modules/.bin/dockerfile-utils', 'lint', 'ci/Dockerfile'])
    with open(ROOT + '/ci/install') as file:
        known = set(re.findall(r'^(?:command|module|file) \S+ (\S+)$', file.read(), flags=re.M)) | {'libc6-dev', 'gzip'}
    fetched = set(re.findall(r'(?<=\s)[a-z][a-z0-9.+-]+(?=\s|$)', dockerfile()[1][1].split('--no-install-recommends', 1)[1]))
    want(len(fetched) > 10 and fetched <= known, f'packages that ci/install does not know: {sorted(fetched - known)}')


def test_the_image_would_serve_and_end():
    """Its entry point as PID 1 of a network of its own, its health check beside it; both as the Dockerfile has them."""
    words = dict(dockerfile())
    entry = json.loads(words['ENTRYPOINT'])
    check = json.loads(words['HEALTHCHECK'].split('CMD ', 1)[1])
    script = ('ip link set lo up 2>/dev/null; mkfifo "$1/ready"; '
              f'unshare --pid --fork --kill-child {" ".join(entry)} >"$1/ready" & '
              'timeout 60 head -n 1 "$1/ready"; '
              f'{" ".join(check)} || echo UNHEALTHY; '
              'kill -TERM $(ps -o pid= --ppid $!); wait $!; echo "ended $?"')
    with Place() as place:
        run(['cmake', '--install', BUILD, '--prefix', place])
        out = run(['unshare', '--user', '--map-root-user', '--net', '--pid', '--fork', '--mount-proc', 'sh', '-c', script, 'sh', place],
                  env=dict(os.environ, PATH=f'{place}/bin:{os.environ["PATH"]}'))
    ready = json.loads(out.splitlines()[0])
    want(len(ready['control_token']) >= 16, 'no control token was made up')
    want('UNHEALTHY' not in out and out.endswith('ended 0\n'), out)
    want(ready['address'].endswith(':' + words['EXPOSE']), f'it listens at {ready["address"]}, not at the port of EXPOSE')


def main():
    if '--help' in sys.argv or '-h' in sys.argv:
        print(__doc__.strip())
        return 0
    tests = {name[len('test_'):].replace('_', ' '): value for name, value in globals().items() if name.startswith('test_')}
    words = sys.argv[1:]
    chosen = {name: test for name, test in tests.items() if not words or any(word in name for word in words)}
    subprocess.run([ROOT + '/ci/build', 'release'], check=True)
    subprocess.run([ROOT + '/ci/package', '--as-it-is'], check=True, stdout=subprocess.DEVNULL)
    failed = 0
    for name, test in chosen.items():
        try:
            note = test()
            print(f'ok   {name}{": " + note if note else ""}', flush=True)
        except (Wrong, subprocess.TimeoutExpired, OSError, KeyError, ValueError) as why:
            failed += 1
            print(f'FAIL {name}: {why}', flush=True)
    print(f'{len(chosen) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
