import { CfnParameter, Fn } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EksAlbIngressSupport } from '../../src';
import { MODULES, newCluster, newStack, newVpc, importCluster } from '../fixtures';

describe.each(MODULES.flatMap((module) => [[module, 'owned'], [module, 'imported']] as const))('lists that only the deployment knows, with a cluster of %s, %s', (module, origin) => {
  test('are accepted by classes and Ingresses', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = origin === 'owned' ? newCluster(stack, module, { vpc }) : importCluster(stack, module, { vpc, clusterSecurityGroupId: 'sg-cluster' });
    const cidrs = new CfnParameter(stack, 'Cidrs', { type: 'CommaDelimitedList' }).valueAsList;
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ingressClass: { inboundCidrs: cidrs } });
    support.addIngress('Shop', { prefixListIds: Fn.split(',', Fn.importValue('PrefixLists')), rules: [{ service: 'shop', port: 80 }] });

    const manifests = JSON.stringify(Object.values(Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-KubernetesResource')).map(({ Properties }) => Properties.Manifest));
    expect(manifests).toContain('{"Fn::Join":[",",{"Fn::Split":[",",{"Fn::ImportValue":"PrefixLists"}]}]}');
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).toContain('{"Ref":"Cidrs"}');
    expect(manifests).not.toContain('Token[');
  });
});
