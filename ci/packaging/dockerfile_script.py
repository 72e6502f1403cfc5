#!/usr/bin/python3
"""usage: dockerfile_script.py DOCKERFILE >SCRIPT

A shell script that does in one bare Debian what the Dockerfile does in its images, line by line, the files to be copied being
in /context.tar: then it starts the entry point as the image's user, runs the health check and ends it. For machines
without an engine. An instruction that it does not know is an error.
"""
import json
import re
import shlex
import sys


def instructions(text):
    """[(name, rest)], continued lines joined, comments left out."""
    joined = re.sub(r'\\\n\s*', ' ', re.sub(r'^#.*\n', '', text, flags=re.M))
    return [tuple(line.split(' ', 1)) for line in joined.splitlines() if line.strip()]


def copy(rest):
    if rest == '. .':
        return 'tar xf /context.tar'
    source, target = rest.split(' ', 1)[1].split() if rest.startswith('--from=') else rest.split()
    return f'cp {source} {target}'


def script(text):
    lines, user, check, entry = ['set -eux'], 'root', 'true', None
    for name, rest in instructions(text):
        if name == 'RUN':
            lines.append(f'sh -c {shlex.quote(rest)}')
        elif name == 'COPY':
            lines.append(copy(rest))
        elif name == 'WORKDIR':
            lines.append(f'mkdir -p {rest}; cd {rest}')
        elif name == 'USER':
            user = rest
        elif name == 'HEALTHCHECK':
            check = shlex.join(json.loads(rest.split('CMD ', 1)[1]))
        elif name == 'ENTRYPOINT':
            entry = shlex.join(json.loads(rest))
        elif name not in ('FROM', 'EXPOSE'):
            raise SystemExit(f'{sys.argv[0]}: no idea what {name} does')
    as_user = f'setpriv --reuid {user} --regid {user} --init-groups'
    lines += ['mkfifo /ready', f'{as_user} {entry} >/ready & pid=$!', 'timeout 60 head -n 1 /ready | grep .',
              f'{as_user} {check}', 'kill -TERM $pid; wait $pid', 'echo "ok   the Dockerfile builds, serves, is healthy and ends"']
    return '\n'.join(lines) + '\n'


if __name__ == '__main__':
    if len(sys.argv) != 2 or sys.argv[1] in ('--help', '-h'):
        raise SystemExit(__doc__.strip())
    with open(sys.argv[1], encoding='utf-8') as file:
        sys.stdout.write(script(file.read()))
