"""Applies the CustomResourceDefinitions of a chart, server-side, since Helm did not write the annotation of a client-side apply.

Deletes nothing: with a definition go all its objects. Never applies older ones over newer ones: those are marked by an earlier run or,
without a mark, have fields that the chart's definition lacks while it has no other.
"""
import json
import os
import re
import subprocess
import time

import cfnresponse

HOME = os.environ.get('TEST_OUTDIR', '/tmp')
KUBECONFIG = os.path.join(HOME, 'crd-upgrade-kubeconfig')
LAYERS = os.environ.get('TEST_LAYERS', '/opt/kubectl:/opt/helm:/opt/awscli')
ENV = {**os.environ, 'PATH': LAYERS + ':' + os.environ['PATH'],
    **{f'HELM_{kind}_HOME': os.path.join(HOME, 'helm', kind.lower()) for kind in ('CACHE', 'CONFIG', 'DATA')}}
VERSION = 'cdk-eks-alb-ingress-support/chart-version'
end = 0

def run(*command, input=None):
    print('Running', command)
    said = ' '.join(command[:3]) + ': '
    seconds = min(120, end - time.time())
    try:
        done = subprocess.run(command, input=input, capture_output=True, text=True, env=ENV, cwd=HOME, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f'{said}no end after {max(0, seconds):.0f} seconds') from None
    if done.returncode != 0:
        raise RuntimeError(said + done.stderr.strip()[-800:])
    return done.stdout

def definitions(chart, repository, version):
    if repository and repository.startswith('oci://'):
        chart, repository = repository, None
    ecr = re.match(r'oci://(\d+\.dkr\.ecr\.([a-z0-9-]+)\.[a-z0-9.-]+)/', chart)
    if ecr:
        password = run('aws', 'ecr', 'get-login-password', '--region', ecr.group(2))
        run('helm', 'registry', 'login', ecr.group(1), '--username', 'AWS', '--password-stdin', input=password)
    found = run('helm', 'show', 'crds', chart, '--version', version, *(['--repo', repository] if repository else []))
    if 'kind: CustomResourceDefinition' not in found:
        raise RuntimeError(f'{chart} {version} has no CustomResourceDefinition')
    marked = run('kubectl', 'annotate', '--local', '--overwrite', '-o', 'json', '-f', '-', f'{VERSION}={version}', input=found)
    return json.loads('[' + re.sub('^}\n{', '},{', marked, flags=re.M) + ']')

def fields(schema, path=()):
    found = {path}
    for key, inner in schema.items() if isinstance(schema, dict) else ():
        if key == 'properties':
            found = found.union(*(fields(one, path + (name,)) for name, one in inner.items()))
        else:
            found |= fields(inner, path)
    return found

def contents(definition):
    return set().union(*(fields(one.get('schema'), (one['name'],)) for one in definition['spec'].get('versions') or ()))

def number(version):
    return [int(part) for part in re.findall(r'\d+', version)[:3]]

def is_newer(there, ours, version):
    known = (there['metadata'].get('annotations') or {}).get(VERSION)
    return known and number(version) < number(known) or contents(there) > contents(ours)

def upgrade(properties):
    role, version = properties.get('RoleArn'), properties['Version']
    run('aws', 'eks', 'update-kubeconfig', '--name', properties['ClusterName'], '--kubeconfig', KUBECONFIG,
        *(['--role-arn', role] if role else []))
    ours = definitions(properties['Chart'], properties.get('Repository'), version)
    got = run('kubectl', 'get', 'crd', *(one['metadata']['name'] for one in ours), '--ignore-not-found', '-o', 'json', '--kubeconfig', KUBECONFIG)
    got = json.loads(got or '{"items": []}')
    there = {one['metadata']['name']: one for one in got.get('items', [got])}
    newer = [name for name, one in there.items() if is_newer(one, next(o for o in ours if o['metadata']['name'] == name), version)]
    print('The cluster has newer ones, which stay:', newer)
    ours = [one for one in ours if one['metadata']['name'] not in newer]
    if ours:
        print(run('kubectl', 'apply', '--server-side', '--force-conflicts', '--field-manager', 'eks-alb-ingress-support',
            '--kubeconfig', KUBECONFIG, '-f', '-', input='\n---\n'.join(map(json.dumps, ours))))

def is_step_back(event):
    # A rollback needs no cluster that answers.
    old = event.get('OldResourceProperties', {}).get('Version')
    return old is not None and number(event['ResourceProperties']['Version']) < number(old)

def handler(event, context):
    global end
    end = time.time() + context.get_remaining_time_in_millis() / 1000 - 30
    name = event.get('PhysicalResourceId') or event['LogicalResourceId']
    try:
        if event['RequestType'] != 'Delete' and not is_step_back(event):
            upgrade(event['ResourceProperties'])
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {}, name)
    except Exception as error:
        print(error)
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, name, reason=str(error)[:1000])
