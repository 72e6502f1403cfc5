#!/usr/bin/env python3
"""usage: metrics_parse.py OPENMETRICS TEXT DASHBOARD

Reads what GET /metrics said, by the parsers of the official client library (Debian's python3-prometheus-client), and
checks: both formats hold the same families and samples, histograms are whole, and every metric that the dashboard's
expressions name is there, with every label that they use. Prints "N samples in M families", or what is wrong (status 1).
"""
import json
import re
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read_text

FUNCTIONS = {'sum', 'rate', 'increase', 'topk', 'by', 'le', 'histogram_quantile'}


def samples(families):
    """{name: {sorted labels: value}} with bounds as numbers: 1 and 1.0 are the same."""
    found = {}
    for family in families:
        for sample in family.samples:
            labels = {key: (float(value) if key == 'le' else value) for key, value in sample.labels.items()}
            row = tuple(sorted(labels.items()))
            if row in found.setdefault(sample.name, {}):
                raise SystemExit(f'{sample.name} {labels} stands there twice')
            found[sample.name][row] = sample.value
    return found


def check_histograms(found):
    for name, rows in found.items():
        if not name.endswith('_bucket'):
            continue
        series = {}
        for row, value in rows.items():
            rest = tuple(item for item in row if item[0] != 'le')
            series.setdefault(rest, []).append((dict(row)['le'], value))
        for rest, buckets in series.items():
            values = [value for _, value in sorted(buckets)]
            count = found[name.replace('_bucket', '_count')][rest]
            if values != sorted(values) or max(buckets)[0] != float('inf') or values[-1] != count:
                raise SystemExit(f'{name} {dict(rest)} is no histogram: {sorted(buckets)}, count {count}')
            if rest not in found[name.replace('_bucket', '_sum')]:
                raise SystemExit(f'{name} {dict(rest)} has no sum')


def check_dashboard(path, found):
    with open(path, encoding='utf-8') as file:
        dashboard = json.load(file)
    expressions = [target['expr'] for panel in dashboard['panels'] for target in panel['targets']]
    for expression in expressions:
        names = set(re.findall(r'\b[a-z]+_[a-z_]+\b', re.sub(r'"[^"]*"|\{\{.*?\}\}', '', expression))) - FUNCTIONS
        if not names:
            raise SystemExit(f'no metric in: {expression}')
        labels = set()
        for name in names:
            if name not in found:
                raise SystemExit(f'{name} is in the dashboard and not in /metrics: {expression}')
            labels |= {key for row in found[name] for key, _ in row}
        wanted = set(re.findall(r'(\w+)\s*=', expression))
        for group in re.findall(r'by \(([^)]*)\)', expression):
            wanted |= {label.strip() for label in group.split(',')}
        if not wanted <= labels:
            raise SystemExit(f'{wanted - labels}: no such label in: {expression}')
    return dashboard


def check_dashboard_shape(dashboard):
    for key in ('id', 'uid', 'title', 'tags', 'timezone', 'editable', 'graphTooltip', 'time', 'refresh', 'schemaVersion',
                'version', 'panels', 'templating', 'annotations', 'links'):
        if key not in dashboard:
            raise SystemExit(f'the dashboard has no {key}')
    if dashboard['id'] is not None or not 8 <= len(dashboard['uid']) <= 40:
        raise SystemExit('the dashboard cannot be imported: its id is null, its uid has 8 to 40 characters')
    if [v['name'] for v in dashboard['templating']['list'] if v['type'] == 'datasource'] != ['DS']:
        raise SystemExit('the dashboard has no variable DS for the data source')
    for panel in dashboard['panels']:
        for part in [panel, *panel['targets']]:
            if part['datasource'] != {'type': 'prometheus', 'uid': '${DS}'}:
                raise SystemExit(f'{panel["title"]}: its data source is not ${{DS}}')
        place = panel['gridPos']
        if place['x'] + place['w'] > 24:
            raise SystemExit(f'{panel["title"]} stands beside the page')


def main(open_path, text_path, dashboard_path):
    with open(open_path, encoding='utf-8') as file:
        opened = list(read_open(file.read()))
    with open(text_path, encoding='utf-8') as file:
        plain = list(read_text(file.read()))
    found, again = samples(opened), samples(plain)
    for name in found.keys() | again.keys():
        if not name.startswith('process_') and found.get(name) != again.get(name):
            raise SystemExit(f'{name} differs between the two formats')
    check_histograms(found)
    check_dashboard_shape(check_dashboard(dashboard_path, found))
    for family in opened:
        if family.name.endswith('_seconds') and family.unit != 'seconds':
            raise SystemExit(f'{family.name} has no unit')
        if not family.documentation:
            raise SystemExit(f'{family.name} has no help')
    print(f'{sum(len(rows) for rows in found.values())} samples in {len(opened)} families')


if __name__ == '__main__':
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
