import { ECR_REGISTRY } from './ecr-registry';

/**
 * Program behind `Custom::EksAlbIngressCrdUpgrade`, as text: it runs where the CDK's own handler of kubectl and Helm runs, on the
 * same Python, with the same layers, and is short enough to travel in the template.
 *
 * Server-side, since Helm wrote the definitions without the annotation that a client-side apply compares with. Deletes nothing,
 * ever: with a definition go all its objects.
 */
export const CRD_UPGRADE_PROGRAM = `
import os, re, subprocess, cfnresponse

HOME = os.environ.get('TEST_OUTDIR', '/tmp')
KUBECONFIG = os.path.join(HOME, 'crd-upgrade-kubeconfig')
LAYERS = os.environ.get('TEST_LAYERS', '/opt/kubectl:/opt/helm:/opt/awscli')
ENV = {**os.environ, 'PATH': LAYERS + ':' + os.environ['PATH'],
    **{f'HELM_{kind}_HOME': os.path.join(HOME, 'helm', kind.lower()) for kind in ('CACHE', 'CONFIG', 'DATA')}}

def run(*command, input=None):
    print('Running', command)
    done = subprocess.run(command, input=input, capture_output=True, text=True, env=ENV, cwd=HOME, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(' '.join(command[:3]) + ': ' + done.stderr.strip()[-800:])
    return done.stdout

def definitions(chart, repository, version):
    if repository and repository.startswith('oci://'):
        chart, repository = repository, None
    ecr = re.match(r'oci://(${ECR_REGISTRY})/', chart)
    if ecr:
        password = run('aws', 'ecr', 'get-login-password', '--region', ecr.group(2))
        run('helm', 'registry', 'login', ecr.group(1), '--username', 'AWS', '--password-stdin', input=password)
    found = run('helm', 'show', 'crds', chart, '--version', version, *(['--repo', repository] if repository else []))
    if 'kind: CustomResourceDefinition' not in found:
        raise RuntimeError(f'{chart} {version} has no CustomResourceDefinition')
    return found

def upgrade(properties):
    role = properties.get('RoleArn')
    run('aws', 'eks', 'update-kubeconfig', '--name', properties['ClusterName'], '--kubeconfig', KUBECONFIG,
        *(['--role-arn', role] if role else []))
    print(run('kubectl', 'apply', '--server-side', '--force-conflicts', '--field-manager', 'eks-alb-ingress-support',
        '--kubeconfig', KUBECONFIG, '-f', '-',
        input=definitions(properties['Chart'], properties.get('Repository'), properties['Version'])))

def number(version):
    return [int(part) for part in re.findall(r'\\d+', version)[:3]]

def is_step_back(event):
    # Going back would take fields and versions from the definitions that objects in the cluster are stored with.
    old = event.get('OldResourceProperties', {}).get('Version')
    return old is not None and number(event['ResourceProperties']['Version']) < number(old)

def handler(event, context):
    name = event.get('PhysicalResourceId') or event['LogicalResourceId']
    try:
        if event['RequestType'] != 'Delete' and not is_step_back(event):
            upgrade(event['ResourceProperties'])
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {}, name)
    except Exception as error:
        print(error)
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, name, reason=str(error)[:1000])
`.trimStart();
