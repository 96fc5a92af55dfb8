"""Applies the CustomResourceDefinitions of a chart, or those of the Gateway API, server-side: Helm did not write the annotation of a
client-side apply, and the largest of the Gateway API is too long for that annotation.

Deletes nothing: with a definition go all its objects. Never applies older ones over newer ones: those of a chart are marked by an earlier run
or, without a mark, have fields that the chart's definition lacks while it has no other. Those of the Gateway API say their release and their
channel, and are of one release and channel together: where one is newer, or experimental, all stay.
"""
import base64
import gzip
import json
import os
import re
import subprocess
import time
import urllib.request

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
    return parse(found, f'{VERSION}={version}')

def parse(text, mark):
    marked = run('kubectl', 'annotate', '--local', '--overwrite', '-o', 'json', '-f', '-', mark, input=text)
    return json.loads('[' + re.sub('^}\\n{', '},{', marked, flags=re.M) + ']')

def of_gateway_api(one, name):
    return (one['metadata'].get('annotations') or {}).get('gateway.networking.k8s.io/' + name)

def gateway_definitions(version, url, content):
    if content:
        text = gzip.decompress(base64.b64decode(content)).decode()
    else:
        # The template's own address.
        with urllib.request.urlopen(url, timeout=max(1, min(60, end - time.time()))) as answer:  # noqa: S310
            text = answer.read().decode()
    # The file has an admission policy too, which would keep other products from installing other definitions.
    found = [one for one in parse(text, VERSION + '-') if one['kind'] == 'CustomResourceDefinition']
    wrong = [one['metadata']['name'] for one in found
        if of_gateway_api(one, 'channel') != 'standard' or number(of_gateway_api(one, 'bundle-version') or '') < number(version)]
    if wrong or not found:
        raise RuntimeError(f'{url or "the file"} must have the standard definitions of Gateway API {version}, and has {", ".join(wrong) or "none"}')
    return found

def is_kept(there, ours):
    release = of_gateway_api(there, 'bundle-version') or ''
    return of_gateway_api(there, 'channel') == 'experimental' or number(release) > number(of_gateway_api(ours, 'bundle-version'))

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
    gateway = 'Chart' not in properties
    ours = gateway_definitions(version, properties.get('Url'), properties.get('Content')) if gateway \
        else definitions(properties['Chart'], properties.get('Repository'), version)
    got = run('kubectl', 'get', 'crd', *(one['metadata']['name'] for one in ours), '--ignore-not-found', '-o', 'json', '--kubeconfig', KUBECONFIG)
    got = json.loads(got or '{"items": []}')
    there = {one['metadata']['name']: one for one in got.get('items', [got])}
    ours_of = {one['metadata']['name']: one for one in ours}
    stays = [name for name, one in there.items() if (is_kept(one, ours_of[name]) if gateway else is_newer(one, ours_of[name], version))]
    print('The cluster has others, which stay:', stays)
    ours = [one for one in ours if not (stays if gateway else one['metadata']['name'] in stays)]
    if ours:
        print(run('kubectl', 'apply', '--server-side', '--force-conflicts', '--field-manager', 'eks-alb-ingress-support',
            '--kubeconfig', KUBECONFIG, '-f', '-', input='\n---\n'.join(map(json.dumps, ours))))
    return {'Kept': ', '.join(stays)}

def is_step_back(event):
    # A rollback needs no cluster that answers.
    old = event.get('OldResourceProperties', {}).get('Version')
    return old is not None and number(event['ResourceProperties']['Version']) < number(old)

def handler(event, context):
    global end
    end = time.time() + context.get_remaining_time_in_millis() / 1000 - 30
    name = event.get('PhysicalResourceId') or event['LogicalResourceId']
    try:
        applies = event['RequestType'] != 'Delete' and not is_step_back(event)
        cfnresponse.send(event, context, cfnresponse.SUCCESS, upgrade(event['ResourceProperties']) if applies else {}, name)
    except Exception as error:
        print(error)
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, name, reason=str(error)[:1000])
